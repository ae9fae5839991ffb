/* 화면 동작: 이벤트 위임, 저장소 없음. 이 파일 없이도 모든 일은 링크와 폼으로 된다. */
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, handler, capture) => document.addEventListener(type, handler, capture);
const make = (tag, attrs = {}, ...inside) => {
  const node = document.createElement(tag);
  for (const name in attrs) node.setAttribute(name, attrs[name]);
  node.append(...inside);
  return node;
};
const body = document.body;
const { loginUrl, keepaliveUrl, user } = body.dataset;
const UNREACHED = "서버에 닿지 않습니다. 적은 내용은 그대로 있으니 잠시 뒤 다시 눌러 주세요.";

/* 알림: 된 일은 잠깐, 안 된 일은 본문 위에 남긴다 */
function fade(item, seconds) {
  setTimeout(() => (item.matches(":hover, :focus-within") ? fade(item, 3) : item.remove()), seconds * 1000);
}
function toast(text) {
  const close = make("button", { class: "x", type: "button", "data-toast-close": "", "aria-label": "알림 닫기" }, "×");
  const item = make("div", { class: "toast" }, make("span", {}, text), close);
  $("#toasts").append(item);
  fade(item, 6);
}
function problem(text) {
  $("#problem")?.remove();
  dirty ||= held;
  const band = make("div", { class: "msg m-err", id: "problem", role: "alert" }, text), box = $$("dialog[open] .bd").pop();
  if (box) box.prepend(band);
  else $("#toasts").before(band);
  band.scrollIntoView({ block: "center" });
}

/* 대화상자 */
const cameFrom = new WeakMap();
function open(box) {
  if (!box || box.open) return;
  cameFrom.set(box, document.activeElement);
  box.showModal();
}
on("close", ({ target }) => {
  if (target.id === "drawer") $(".side").append($(".sin"));
  cameFrom.get(target)?.focus();
}, true);
on("cancel", (event) => event.target.matches("[data-locked]") && event.preventDefault(), true);

/* 표: 옆으로 넘칠 때만 초점을 받는다 */
function measure() {
  const tab = $(".tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40;
  for (const box of $$(".tw")) {
    const table = $("table", box), wide = !!table && table.scrollWidth > box.clientWidth + 1;
    box.classList.toggle("scroll", wide);
    if (!wide) { box.removeAttribute("tabindex"); continue; }
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", $("caption", box)?.textContent.trim() || "표");
  }
}

/* 행 고르기 */
const ROW = "tbody input[type=checkbox]:not([data-solo])";
let lastBox;
function count(inside) {
  const scope = inside.closest("[data-list]") || document, bar = $(".lbar", scope);
  if (!bar) return;
  const boxes = $$(ROW, scope), picked = boxes.filter((box) => box.checked).length, full = picked === boxes.length;
  const all = $("[name=all_matching]", bar), page = $("thead input[type=checkbox]", scope), total = +bar.dataset.total;
  if (all && !full) all.value = "";
  bar.classList.toggle("bulk", picked > 0);
  $$("[data-count]", bar).forEach((node) => { node.textContent = all?.value ? total : picked; });
  $$("[data-all-matching]", bar).forEach((node) => { node.hidden = !full || all?.value || total <= picked; });
  if (page) {
    page.checked = full && picked > 0;
    page.indeterminate = picked > 0 && !full;
  }
}
function pick(box, shift) {
  const boxes = $$(ROW, box.closest("table")), to = boxes.indexOf(box), from = boxes.indexOf(lastBox);
  const chosen = to < 0 ? boxes : shift && from >= 0 ? boxes.slice(Math.min(from, to), Math.max(from, to) + 1) : [];
  chosen.forEach((other) => { other.checked = box.checked; });
  lastBox = box;
  count(box);
}

/* 한글에 붙이기: 단순한 표와 탭으로 나눈 글 */
function plainTable(table) {
  const font = "font-family:'맑은 고딕';font-size:10pt", html = [], lines = [];
  for (const row of table.rows) {
    const cells = [], texts = [];
    for (const cell of row.cells) {
      if ($("input[type=checkbox]", cell) || cell.dataset.copy === "no") continue;
      const bare = cell.cloneNode(true), head = cell.closest("thead"), bold = head || cell.closest(".sum");
      $$(".sr, svg, details", bare).forEach((node) => node.remove());
      $$("br", bare).forEach((node) => node.replaceWith("\n"));
      bare.textContent = bare.textContent.replace(/[^\S\n]+/g, " ").replace(/ ?\n\s*/g, "\n").trim();
      const align = head || cell.matches(".c") ? "center" : cell.matches(".num") ? "right" : "left";
      cells.push(`<td align="${align}" colspan="${cell.colSpan}" rowspan="${cell.rowSpan}" style="${font};text-align:${align};border:0.5pt solid #000${bold ? ";font-weight:bold" : ""}${head ? ";background-color:#e6ebf2" : ""}">${bare.innerHTML.replaceAll("\n", "<br>")}</td>`);
      texts.push(bare.textContent.replaceAll("\n", " "), ...Array(cell.colSpan - 1).fill(""));
    }
    html.push(`<tr>${cells.join("")}</tr>`);
    lines.push(texts.join("\t"));
  }
  const open = `<table border="1" cellspacing="0" cellpadding="4" style="border-collapse:collapse;${font}">`;
  return { "text/html": `${open}${html.join("")}</table>`, "text/plain": lines.join("\n") };
}
function copyTable(selector) {
  const found = $(selector), table = found.matches("table") ? found : $("table", found), data = plainTable(table);
  let done = false;
  const fill = (event) => {
    for (const type in data) event.clipboardData.setData(type, data[type]);
    event.preventDefault();
    done = true;
  };
  on("copy", fill);
  document.execCommand("copy"); /* clipboard.write 는 http에서 안 되고 CSP에 걸린다 */
  document.removeEventListener("copy", fill);
  if (done) return toast("표를 복사했습니다. 한글에서 Ctrl+V 하세요.");
  const box = $("[data-paste]"), shown = table.cloneNode(true);
  $$("input, details", shown).forEach((node) => node.remove());
  [shown, ...$$("[id]", shown)].forEach((node) => node.removeAttribute("id"));
  box.replaceChildren(shown);
  open($("#paste"));
  getSelection().selectAllChildren(box);
}

/* 적던 내용 지키기 */
let dirty = false, held = false, typedAt = 0;
on("input", ({ target }) => {
  typedAt = Date.now();
  if (target.form?.matches("[data-save]")) dirty = true;
});
on("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-relogin]")) { event.preventDefault(); return relogin(form); }
  if (form.matches("[data-save]")) [held, dirty] = [dirty, false];
});
addEventListener("beforeunload", (event) => dirty && event.preventDefault());

/* 로그인 시간: 2분 앞에 묻고, 끝나면 이 화면에서 다시 로그인한다. 다른 탭과 시간을 맞춘다 */
const idle = +body.dataset.idleSeconds, tabs = idle ? new BroadcastChannel("signed-in") : null;
let deadline, timer;
function alive(tell = true) {
  if (!idle) return;
  deadline = Date.now() + idle * 1000;
  if (tell) tabs.postMessage("alive");
  $("#idle").close();
  clearTimeout(timer);
  timer = setTimeout(watch, Math.max(idle - 120, idle / 2) * 1000);
}
function watch() {
  const left = Math.round((deadline - Date.now()) / 1000), box = $("#idle");
  if (left <= 0) return signedOut();
  if (!box.open && Date.now() - typedAt < 120000) return keep();
  open(box);
  $("[data-left]", box).textContent = left > 60 ? `${Math.ceil(left / 60)}분` : `${left}초`;
  timer = setTimeout(watch, left > 60 ? 5000 : 1000);
}
const atLogin = (url) => !!user && new URL(url, location.href).pathname === loginUrl;
async function keep() {
  try {
    const answer = await fetch(keepaliveUrl || location.href);
    if (answer.ok && !atLogin(answer.url)) alive();
    else signedOut();
  } catch {
    timer = setTimeout(watch, 5000);
  }
}
function signedOut() {
  dirty ||= held;
  clearTimeout(timer);
  $("#idle").close();
  open($("#relogin"));
  $("#relogin-pw").focus();
}
async function relogin(form) {
  const say = $("[data-problem]", form), ask = async (options) => {
    const answer = await fetch(loginUrl, options), page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { answer, page, token: $("[name=csrfmiddlewaretoken]", page)?.value };
  };
  try {
    let got = await ask();
    if (atLogin(got.answer.url)) {
      const data = new FormData(form);
      data.set("csrfmiddlewaretoken", got.token);
      got = await ask({ method: "POST", body: data });
    }
    const { answer, page, token } = got;
    if (!answer.ok || atLogin(answer.url)) {
      say.textContent = $(".errsum li, .box p", page)?.textContent.trim() || "다시 적어 주세요.";
      return;
    }
    if (page.body.dataset.user !== user) { dirty = false; return location.assign("/"); }
    body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": token }));
    $$("[name=csrfmiddlewaretoken]").forEach((node) => { node.value = token; });
    form.reset();
    $("#relogin").close();
    alive();
    toast("다시 로그인했습니다. 이어서 쓰세요.");
  } catch {
    say.textContent = UNREACHED;
  }
}
if (tabs) tabs.onmessage = () => alive(false);

/* 누르기 */
const ACTIONS = {
  "[data-drawer]": (link, event) => { event.preventDefault(); $("#drawer").append($(".sin")); open($("#drawer")); },
  "[data-open]": (button) => open($(button.dataset.open)),
  "[data-close]": (button) => button.closest("dialog").close(),
  "[data-toast-close]": (button) => button.closest(".toast").remove(),
  "[data-copy-table]": (button) => copyTable(button.dataset.copyTable),
  "button[data-print]": () => print(),
  "[data-keepalive]": keep,
  "[data-logout]": () => $("[data-sign-out]").requestSubmit(),
  "[data-discard], [data-sign-out]": () => { dirty = false; },
  "[data-all-matching]": (button) => { $("[name=all_matching]", button.closest(".lbar")).value = 1; count(button); },
  "[data-unpick]": (button) => {
    $$(ROW, button.closest("[data-list]") || document).forEach((box) => { box.checked = false; });
    count(button);
  },
  "[data-move]": (button) => {
    const item = button.closest("li"), up = button.dataset.move === "up";
    (up ? item.previousElementSibling : item.nextElementSibling)?.[up ? "before" : "after"](item);
    button.focus();
  },
  "[data-filter-column]": (button) => ($(`.filters [name^="${button.dataset.filterColumn}"]`) || $(".filters .in"))?.focus(),
  "[data-hide-column]": (button) => {
    const box = $(`[data-columns] [value="${button.dataset.hideColumn}"]`);
    if (box) { box.checked = false; box.form.requestSubmit(); }
  },
};
on("click", (event) => {
  const { target } = event;
  if (target.matches(`.tw thead input[type=checkbox], .tw ${ROW}`)) pick(target, event.shiftKey);
  for (const selector in ACTIONS) {
    const hit = target.closest(selector);
    if (hit) ACTIONS[selector](hit, event);
  }
  for (const menu of $$("details.pop[open]")) if (!menu.contains(target) || target.closest(".mi")) menu.open = false;
  $("#sug")?.classList.toggle("shut", !target.closest(".find"));
  if (target.matches("dialog.drawer")) target.close();
});

/* 자판 */
function shortcut({ key, code, altKey, ctrlKey, metaKey, target }) {
  const ctrl = (ctrlKey || metaKey) && !altKey, find = $("[data-find]"), step = { ArrowDown: 1, ArrowUp: -1 }[key];
  const form = target.closest("form[data-save]") || $("form[data-save]"), table = target.closest(".tbl"), row = target.closest("tbody tr");
  if (ctrl && code === "KeyK") return find && (() => { find.focus(); find.select(); });
  if (ctrl && code === "KeyS") return form && (() => form.requestSubmit());
  if (ctrl && key === "Enter") return form && (() => form.requestSubmit($("[data-save-next]", form)));
  if (altKey && !ctrlKey && /^Digit[1-5]$/.test(code)) {
    const link = $$(".sin [data-menu]")[code.at(-1) - 1];
    return link && (() => link.click());
  }
  if (key === "Escape") {
    const menu = $("details.pop[open]");
    if (menu) return () => { menu.open = false; $("summary", menu).focus(); };
    return target.closest(".find") && (() => { $("#sug").classList.add("shut"); find.focus(); });
  }
  if (step && target.closest(".find")) {
    const stops = [find, ...$$("#sug a")], to = stops[stops.indexOf(target) + step];
    return to && (() => { $("#sug").classList.remove("shut"); to.focus(); });
  }
  if (!table || target.matches("input:not([type=checkbox]), select, textarea, summary")) return null;
  if (step) {
    const rows = $$("tbody tr", table), to = rows[rows.indexOf(row) + step];
    return to && (() => { to.tabIndex = -1; to.focus(); });
  }
  const link = key === "F2" ? row && $("[data-edit], .ed", row) : key === "Enter" && row === target && $("th a, td a", row);
  return link && (() => link.click());
}
on("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const act = shortcut(event);
  if (act) { event.preventDefault(); act(); }
});

/* 파일 끌어 놓기 */
for (const type of ["dragover", "dragleave", "drop"]) on(type, (event) => {
  const zone = event.target.closest?.(".drop"), input = zone && $("input[type=file]", zone);
  if (!input) return;
  event.preventDefault();
  zone.classList.toggle("over", type === "dragover");
  if (type === "drop") {
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
on("change", ({ target }) => {
  const names = target.type === "file" && target.closest(".drop")?.querySelector("[data-names]");
  if (names) names.textContent = [...target.files].map((file) => file.name).join(", ");
});

/* htmx: 늦음, 로그인 끝남, 실패 */
let slow;
const line = make("div", { class: "busyline" });
on("htmx:beforeRequest", ({ detail: { target } }) => {
  clearTimeout(slow);
  target.ariaBusy = "true";
  slow = setTimeout(() => { body.append(line); slow = setTimeout(toast, 2600, "불러오고 있습니다."); }, 400);
});
on("htmx:afterRequest", ({ detail: { target } }) => {
  clearTimeout(slow);
  line.remove();
  target.ariaBusy = null;
});
on("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status !== 401 && !atLogin(xhr.responseURL)) return alive();
  event.detail.shouldSwap = false;
  signedOut();
});
on("htmx:afterSwap", ({ detail: { target } }) => {
  held = false;
  if (target.id === "dialog") open(target);
  ready(target);
});
on("htmx:responseError", ({ detail: { xhr } }) => {
  const number = xhr.getResponseHeader("X-Error-Number");
  if (xhr.status === 403) problem("이 일을 할 권한이 없습니다. 담당 팀에 요청하세요.");
  else if (xhr.status !== 401) problem(`처리하지 못했습니다. 적은 내용은 그대로 있습니다. 5분 뒤 다시 누르거나 전산 담당에 알려 주세요.${number ? ` (번호 ${number})` : ""}`);
});
on("htmx:sendError", () => problem(UNREACHED));
on("toast", ({ detail }) => toast(detail.value));
on("close-dialog", () => $$("dialog[open]:not([data-locked])").forEach((box) => box.close()));

function ready(root) {
  measure();
  $("[data-focus]", root)?.focus();
  $$(".toast", root).forEach((item) => fade(item, $("form", item) ? 10 : 6));
  $$(".lbar").forEach(count);
}
addEventListener("resize", measure);
document.fonts.ready.then(measure);
ready(document);
alive();
if (body.matches("[data-autoprint]")) addEventListener("load", () => print());
