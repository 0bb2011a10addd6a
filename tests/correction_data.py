"""Turns with given counts, for the tables of corrections."""

from lmms_tasks.videoreason.turns import Turn


def turns(
    feedback: str, *, corrected: int, wrong: int, kept: int, right: int, options: int = 5
) -> list[Turn]:
    """`corrected` of `wrong` first answers become right, `kept` of `right` ones stay right."""
    found = []
    for i in range(wrong + right):
        before = i >= wrong
        after = i < corrected if not before else i - wrong < kept
        found.append(
            Turn(
                item_id=f"i{i}",
                video_id=f"v{i}",
                feedback=feedback,
                options=options,
                answer_key="A",
                first="A" if before else "B",
                second="A" if after else "C",
                lacking=None,
            )
        )
    return found
