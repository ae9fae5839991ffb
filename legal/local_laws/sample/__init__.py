"""자치법규 정비의 표본."""

from legal.local_laws.sample.load import clear_local_laws, load_local_laws

__all__ = ["clear_local_laws", "load_local_laws"]
