"""The words of marks, questions and models: what Resight is taught, and what came of it. No Qt."""

from __future__ import annotations

from app.file_texts import name_of
from app.texts import count, decimal, joined, photos, size
from app.words import tr, tr_n
from engine.messages import Contradiction, Found, ModelState, Proof, Tuned, UnfinishedTraining

UNDO_MARKS = "&Undo the marks of {what}"
MARKED_SAME = "marked as the same"
MARKED_DIFFERENT = "marked as something else"
ONE_PART_ONLY = "Marks are about one thing. Search for one part alone to mark its hits."
NO_QUERY = "Marks say what shows the same as the picture you search with. Search with one first."
CONTRADICTION = (
    "“{a}” and “{b}” are marked as something else, but by other marks they show the same. Nothing is learnt from these "
    "photos until one of the marks is taken back."
)
SHOW = "Show"


def same(n: int) -> str:
    """What marking hits as the same did."""
    return tr_n(n, "{n} photo marked as the same", "{n} photos marked as the same").format(n=count(n))


def different(n: int) -> str:
    """What marking hits as something else did."""
    return tr_n(n, "{n} photo marked as something else", "{n} photos marked as something else").format(n=count(n))


def taken_back(n: int) -> str:
    """What taking marks back did."""
    return tr_n(n, "The mark of {n} photo was taken back", "The marks of {n} photos were taken back").format(n=count(n))


def contradiction(one: Contradiction) -> str:
    """Which photos are contradicted, as a sentence."""
    return CONTRADICTION.format(a=_name(one.different.path_a), b=_name(one.different.path_b))


def _name(path: str) -> str:
    return name_of(path) if path else tr("a photo that is not in the library now")


# ---- the window of teaching -----------------------------------------------------------------------------------------

TITLE = "Teach Resight"
QUESTION = "Do these show the same thing?"
NO_QUESTION = "Nothing to ask just now"
NO_QUESTION_TEXT = (
    "Resight asks about photos that it is not sure of, as soon as some are indexed. You can also mark hits of any "
    "search: Y for the same thing, N for something else."
)
_WHY = {
    "near": "They are somewhat alike.",
    "models": "Two models of this library do not agree on them.",
    "parts": "Parts of them are alike, though they are not as wholes.",
    "contradiction": "What you have marked contradicts itself here. Answer once more, and it is resolved.",
}
MODEL_TITLE = "A model for your photos"
MODEL_TEXT = (
    "Resight can learn which of your photos are alike, as far as your marks prove that it helps. You decide whether to "
    "keep what comes of it, and can always go back."
)
TUNE = "&Make a better model"
TUNING = "Searches go on meanwhile."
TRAIN = "&Train longer"
TRAIN_ON = "&Go on training"
TRAIN_TIP = "Train the network itself: it may learn more, but takes hours without a graphics card"
TRAINING = (
    "Searches and new photos go on meanwhile. Without a graphics card this takes hours. Stop it at any time: it goes "
    "on where it was."
)
DROP = "&Forget the training"
NO_GAIN = "It does not find more of what you have marked for certain. Nothing has changed; more marks may help."
WORSE = "It finds less among your other photos. Nothing has changed."
BETTER = "It finds more of what you have marked."
STOPPED = "Stopped. Nothing has changed."
FORGOTTEN = "The training was forgotten. Nothing else has changed."
IN_USE_NOW = "The new model is in use. The former one is kept below."
BEFORE = "Before"
AFTER = "After"
MOVED = "What moved most: the lower photo’s place in a search with the upper one, before and after"
KEEP = "&Keep it"
DISCARD = "&Discard"
MODELS = "Models of this library"
IN_USE = "in use"
NO_FILE = "its file is missing"
REMOVE_QUESTION = "Remove the model “{name}”?"
REMOVE_DETAIL = "Its {size} are freed. It can be made again by teaching Resight, or taken from a file."
EXPORTED = "Model saved as {name}"


def why(reason: str) -> str:
    """Why a pair is asked about."""
    return _WHY.get(reason, _WHY["near"])


def marked_count(n: int, more: int) -> str:
    """“37 marks · 63 more would help”."""
    marks = tr_n(n, "{n} mark", "{n} marks").format(n=count(n))
    return joined(marks, tr("{n} more would help").format(n=count(more)) if more else tr("enough to learn from"))


def unfinished(training: UnfinishedTraining) -> str:
    """A training that can go on."""
    return tr(
        "A training on {labels} was begun: {done} of {all} rounds are done. What is needed to go on takes {size}."
    ).format(
        labels=tr_n(training.labels, "{n} mark", "{n} marks").format(n=count(training.labels)),
        done=count(training.epochs_done), all=count(training.epochs), size=size(training.bytes),
    )


def outcome(tuned: Tuned) -> str:
    """What tuning came to, in a sentence."""
    return {"better": BETTER, "worse-elsewhere": WORSE}.get(tuned.outcome, NO_GAIN)


def proof_rows(proof: Proof) -> list[tuple[str, str, str]]:
    """What was measured, before and after."""
    rows = [
        (tr("Marked photos: first hit right"), _percent(proof.before.first), _percent(proof.after.first)),
        (tr("Marked photos: right ones before wrong ones"), _mean(proof.before), _mean(proof.after)),
    ]
    if proof.boxes_before is not None and proof.boxes_after is not None:
        rows += [
            (tr("Parts of your photos: found first"), _percent(proof.boxes_before.first),
             _percent(proof.boxes_after.first)),
            (tr("Parts of your photos: in the first ten"), _percent(proof.boxes_before.top_ten),
             _percent(proof.boxes_after.top_ten)),
        ]  # fmt: skip
    return rows


def proof_line(proof: Proof) -> str:
    """On what that was measured."""
    _, low, high = proof.gain
    return tr("{photos}, each with a model made without its group: {low} to {high} points (90 % interval)").format(
        photos=photos(proof.queries), low=_signed(low), high=_signed(high)
    )


def rank_change(before: int, after: int) -> str:
    """“31 → 12” wrong ones before it, counted from one."""
    return f"{count(before)} → {count(after)}"


def model_facts(model: ModelState) -> str:
    """What is said below the name of a model."""
    made = {"quick": tr("made from your marks"), "deep": tr("trained on your marks"), "imported": tr("from a file")}
    return joined(
        IN_USE if model.active else "",
        made.get(model.made_by, tr("shipped with Resight")),
        size(model.bytes),
        "" if model.usable else NO_FILE,
    )


def _percent(share: float) -> str:
    return tr("{n} %").format(n=decimal(100 * share, 0))


def _mean(found: Found) -> str:
    return "" if found.mean_precision is None else tr("{n} %").format(n=decimal(100 * found.mean_precision, 1))


def _signed(share: float) -> str:
    return f"{'+' if share >= 0 else '-'}{decimal(abs(100 * share), 1)}"
