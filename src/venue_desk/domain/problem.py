"""What a person is told when they asked for something that cannot be done."""


class Problem(Exception):
    """A refusal in the person's language: what and why in ``text``, what to do now in ``hint``."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.text} {self.hint}".strip()
