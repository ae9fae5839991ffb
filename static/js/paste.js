/* 표 붙여넣기: 복사한 표를 파일로 바꾸어 곁의 파일 칸에 넣는다. 이 파일 없이도 글은 붙여넣은 그대로 보낼 수 있다. */
const KINDS = { "text/html": "xls", "text/plain": "tsv" };
const two = (number) => String(number).padStart(2, "0");

/* 행 수와 열 수. 표가 아니면 비어 있다 */
function htmlSize(html) {
  /* 문서로 풀지 않고 꼬리표만 센다. 풀면 남의 모양(style)이 우리 화면의 보안 정책에 걸린다 */
  let rows = 0, cells = 0, most = 0;
  for (const [tag] of html.matchAll(/<t[rdh]\b[^>]*>/gi)) {
    if (/^<tr/i.test(tag)) [rows, cells] = [rows + 1, 0];
    else cells += +tag.match(/\scolspan\s*=\s*["']?(\d+)/i)?.[1] || 1;
    most = Math.max(most, cells);
  }
  return rows && most && [rows, most];
}
function textSize(text) {
  /* 따옴표로 묶인 칸 안의 줄바꿈은 행이 아니다 */
  const rows = text.replace(/(^|\t)"(?:[^"]|"")*"(?=\t|\r?\n|$)/gm, "$1-").split(/\r?\n/).filter((row) => row.trim());
  return rows.length && [rows.length, rows.reduce((most, row) => Math.max(most, row.split("\t").length), 0)];
}

document.addEventListener("paste", (event) => {
  const box = event.target.closest?.("[data-paste-table]");
  if (!box) return;
  const input = box.form.elements.file, said = document.querySelector("[data-paste-said]");
  const html = event.clipboardData.getData("text/html"), text = event.clipboardData.getData("text/plain");
  const table = htmlSize(html), size = table || textSize(text), kind = table ? "text/html" : "text/plain";
  event.preventDefault();
  box.value = "";
  if (!size) {
    said.textContent = "복사한 것에 표나 글이 없습니다. 엑셀이나 한글에서 표를 골라 복사한 뒤 다시 붙여 주세요.";
    return;
  }
  const now = new Date(), holder = new DataTransfer();
  const name = `붙여넣은 표 ${now.getMonth() + 1}. ${now.getDate()}. ${two(now.getHours())}:${two(now.getMinutes())}.${KINDS[kind]}`;
  holder.items.add(new File([kind === "text/html" ? html : text], name, { type: kind }));
  input.files = holder.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  said.textContent = `${size[0].toLocaleString()}행 ${size[1].toLocaleString()}열을 받았습니다. 아래 단추를 누르면 올립니다.`;
});
document.addEventListener("change", ({ target }) => {
  const said = target.type === "file" && target.form?.querySelector("[data-paste-said]");
  if (said) said.textContent = "";
});
