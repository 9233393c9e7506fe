"""Findings, report and plots from made results."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import LibraryError, StudyError
from engine.measures import CURVE_LEVELS
from engine.study.findings import Findings, find
from engine.study.measuring import Figures
from engine.study.pictures import activation_curve, draw, what_was_learnt
from engine.study.plan import MSA, POOLINGS, SSA, Cell, Plan, Run
from engine.study.report import Description, SetSize, report
from engine.study.results import Histogram, Outcome, Results
from engine.study.statistics import HOLDS, HOLDS_NOT, NOT_DECIDED, Bootstrap

PARAMETERS = {"weibull": {"scale": 4.0, "shape": 3.0}, "exponential": {"beta": 1.0}, "sinh": {"beta": 1.0},
              "gem": {"p": 3.0}}
WHAT = Description(
    network="a network", start="tiny", streams=("early", "late"), learnt={"things": 30, "a|b": 12}, things=9,
    unlabelled=12, held_out=False, sets=(SetSize("cups", 4, 2, 3), SetSize("hats", 2, 1, 2)), distractors=7,
    command="resight study things --out here", settings='{"epochs": 1}',
)
Make = Callable[..., Results]


def precisions_of(run: Run) -> list[float]:
    """Of three queries: Weibull is 0.1 above Exponential at each, Sine-Hyperbolic 0.05 below SPoC; several streams help
    one query and harm another; training adds 0.02 with the first seed and 0.04 with the second."""
    base = {"weibull": 0.1, "sinh": -0.05}.get(run.cell.pooling, 0.0)
    streams = (0.1, -0.1, 0.0) if run.cell.streams == MSA else (0.0, 0.0, 0.0)
    trained = 0.02 * (run.seed or 0)
    return [query + base + shift + trained for query, shift in zip((0.2, 0.4, 0.6), streams, strict=True)]


def outcome_of(run: Run) -> Outcome:
    figures = Figures(
        {"cups": precisions_of(run), "hats": [0.5, 0.5]}, {"cups": [0, 1, 1], "hats": [1, 1]},
        {name: [0.9 - 0.004 * i for i in range(CURVE_LEVELS)] for name in ("cups", "hats")},
    )
    own = {name: value + 0.5 * (run.seed or 0) for name, value in PARAMETERS.get(run.cell.pooling, {}).items()}
    names = WHAT.streams if run.cell.streams == MSA else WHAT.streams[-1:]
    return Outcome(figures, {name: {"balance": 1.0, **own} for name in names}, 1.5)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(plan: Plan, key: str = "ab") -> Results:
        results = Results(tmp_path / "study", key)
        results.histograms = {name: Histogram(6.0, (0.7, 0.2, 0.1)) for name in WHAT.streams}
        for run in plan.runs():
            results.add(run, outcome_of(run))
        return results

    return make


ALL = Plan(POOLINGS, (SSA, MSA), (1, 2))


def findings_of(plan: Plan, results: Results) -> Findings:
    return find(plan, results, Bootstrap({"cups": 3, "hats": 2}))


def verdicts(findings: Findings) -> list[str]:
    return [claim.difference.verdict for claim in findings.claims]


# ---- findings ---------------------------------------------------------------------------------------------------


def test_a_cell_is_the_mean_of_sets_and_seeds(make):
    found = findings_of(ALL, make(ALL)).cells
    # cups: the mean of 0.2, 0.4 and 0.6, plus 0.1 for Weibull, plus 0.03 of training; hats: 0.5.
    trained = found[Cell("weibull", SSA, True)]
    assert trained.mean_ap.value == pytest.approx((0.53 + 0.5) / 2)
    assert trained.by_set == {"cups": pytest.approx((0.53, 2 / 3)), "hats": (0.5, 1.0)}
    assert trained.first == pytest.approx(5 / 6)
    assert trained.spread == pytest.approx(0.01 / 2**0.5)  # the seeds' means are 0.01 apart
    assert trained.mean_ap.low < trained.mean_ap.value < trained.mean_ap.high
    assert found[Cell("weibull", SSA, False)].mean_ap.value == pytest.approx((0.5 + 0.5) / 2)
    assert found[Cell("weibull", SSA, False)].spread is None


def test_statements_follow_from_the_intervals(make):
    findings = findings_of(ALL, make(ALL))
    assert verdicts(findings) == [HOLDS_NOT, HOLDS, NOT_DECIDED, HOLDS]
    activation, weibull, streams, training = (claim.difference for claim in findings.claims)
    assert weibull.interval.value == weibull.interval.low == pytest.approx(0.05)  # 0.1 in one of two sets
    assert activation.interval.value == pytest.approx(-0.025)
    assert streams.interval.low < 0 < streams.interval.high
    assert training.by_seed == pytest.approx((0.01, 0.02))
    assert training.interval.value == pytest.approx(0.015)


def test_statements_turn_round_with_the_figures(make, monkeypatch):
    before = precisions_of
    swapped = {"weibull": "exponential", "exponential": "weibull", "sinh": "spoc", "spoc": "sinh"}

    def other(run: Run) -> list[float]:
        return before(replace(run, cell=replace(run.cell, pooling=swapped.get(run.cell.pooling, run.cell.pooling))))

    monkeypatch.setattr(f"{__name__}.precisions_of", other)
    assert verdicts(findings_of(ALL, make(ALL)))[:2] == [HOLDS, HOLDS_NOT]


def test_all_pairs_of_the_paper_are_compared(make):
    differences = findings_of(ALL, make(ALL)).differences
    assert {topic: len(each) for topic, each in differences.items()} == {
        "Weibull over Exponential": 4, "Sine-Hyperbolic over SPoC": 4,
        "MSA over SSA": 2 * (7 + 1), "Trained over untrained": 2 * (7 + 1),
    }
    by_case = {one.case: one for one in differences["Trained over untrained"]}
    assert by_case["GeM, MSA"].interval.value == pytest.approx(0.015)
    assert by_case["mean of the poolings, SSA"].by_seed == pytest.approx((0.01, 0.02))
    assert differences["Weibull over Exponential"][0].by_seed == pytest.approx((0.05,))  # nothing drawn: untrained


def test_what_was_not_compared_is_left_out(make):
    plan = Plan(("spoc", "weibull"), (SSA,), (1,))
    findings = findings_of(plan, make(plan))
    assert list(findings.differences) == ["Trained over untrained"]
    assert len(findings.claims) == 1
    text = report(plan, WHAT, findings, what_was_learnt(plan, make(plan)), ())
    assert "MSA" not in text
    assert "±" not in re.sub("behind ±", "", text)


# ---- report and plots -------------------------------------------------------------------------------------------


def table_rows(text: str, first: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"| {first} |")]


def test_the_report_tells_what_was_found(make, tmp_path):
    results = make(ALL)
    text = report(ALL, WHAT, findings_of(ALL, results), what_was_learnt(ALL, results), ("map.png",))
    assert table_rows(text, "Weibull, which evens out strong responses, finds more than Exponential.") == [
        "| Weibull, which evens out strong responses, finds more than Exponential. | **holds** | "
        "+5.00 [+5.00, +5.00] | +5.00, +5.00 | MSA, trained |"
    ]
    assert "**does not hold** | -2.50 [-2.50, -2.50]" in text
    assert text.count("**not decided**") == 1
    overview, *by_set = table_rows(text, "MAC")
    assert re.match(r"\| MAC \| 45\.00 \[3\d\.\d, 5\d\.\d\] \| 46\.50 \[.*\] ± 0\.71 \|", overview)
    assert by_set[0] == "| MAC | 40.0 / 66.7 | 50.0 / 100.0 | 45.0 / 83.3 |"
    assert [line.count("/") for line in by_set] == [3] * 4 + [0] * 2  # four conditions, two balances
    assert table_rows(text, "Weibull")[-1].endswith("| MSA | late | shape | 3.00 | 3.50, 4.00 |")
    assert "things (30), a|b (12)" in text
    assert "resight study things --out here" in text
    assert '{"epochs": 1}' in text
    assert "![mAP of every architecture, untrained and trained, with intervals](map.png)" in text
    assert "precision-recall.png" not in text  # it is not there
    assert str(tmp_path) not in text


def test_signs_of_tables_in_names_are_harmless(make):
    results = make(ALL)
    what = replace(WHAT, sets=(SetSize("a|b", 4, 2, 3),))
    findings = findings_of(ALL, results)
    cells = {cell: replace(one, by_set={"a|b": (0.5, 0.5)}) for cell, one in findings.cells.items()}
    text = report(ALL, what, replace(findings, cells=cells), (), ())
    assert "| a\\|b | 4 | 2 | 3 |" in text


@pytest.mark.parametrize("poolings", [POOLINGS, ("mac",), ("gem", "weibull")])
def test_plots_are_small_pictures(make, poolings):
    plan = Plan(tuple(poolings), (SSA, MSA), (1, 2))
    results = make(plan)
    pictures = draw(plan, results, findings_of(plan, results))
    activated = {"activations.png", "features.png"} if "weibull" in poolings else set()
    assert set(pictures) == {"map.png", "precision-recall.png"} | activated
    for name, png in pictures.items():
        assert len(png) < 150_000, name
        with Image.open(io.BytesIO(png)) as image:
            assert image.format == "PNG"
            assert 400 < image.width < 1600


def test_an_activation_and_its_gradient():
    curve = activation_curve("weibull", {"scale": 4.0, "shape": 3.0}, 6.0)
    assert (curve.x[0], curve.x[-1], curve.value[0], curve.value[-1]) == pytest.approx((0, 6, 0, 1))
    assert curve.gradient[0] == pytest.approx(0, abs=1e-6)
    steps = zip(curve.x, curve.value, strict=True)
    assert_gradient(list(steps), curve.gradient)
    sinh = activation_curve("sinh", {"beta": 2.0, "balance": 1.0}, 6.0)
    exponential = activation_curve("exponential", {"beta": 2.0}, 6.0)
    assert sinh.value[100] == pytest.approx(exponential.value[100], rel=0.02)  # both grow like exp(beta x)
    assert sinh.value[5] > 0
    assert exponential.gradient[0] == pytest.approx(2 / (2.718281828 ** 12 - 1), rel=1e-6)


def assert_gradient(points: Sequence[tuple[float, float]], gradient: Sequence[float]) -> None:
    for i in range(1, len(points) - 1):
        slope = (points[i + 1][1] - points[i - 1][1]) / (points[i + 1][0] - points[i - 1][0])
        assert gradient[i] == pytest.approx(slope, abs=1e-3)


# ---- results ----------------------------------------------------------------------------------------------------


def test_results_come_back_as_they_were(make, tmp_path):
    plan = Plan(("weibull",), (SSA, MSA), (1, 2))
    made = make(plan)
    again = Results(tmp_path / "study", "ab")
    again.open()
    assert again.of(plan.runs()) == made.of(plan.runs())
    assert again.histograms == made.histograms
    more = Plan(("mac", "weibull"), (SSA, MSA), (1, 2, 3))
    assert [run.key for run in again.missing(more.runs())][-1] == "weibull/MSA/trained/3"
    assert len(again.missing(more.runs())) == 2 * (1 + 3) + 2


def test_results_of_another_study_are_not_mixed_in(make, tmp_path):
    make(Plan(("mac",), (SSA,), (1,)))
    with pytest.raises(StudyError, match=r"other photos or settings.*--restart"):
        Results(tmp_path / "study", "other").open()
    (tmp_path / "study" / "results.json").write_text("{}")
    with pytest.raises(StudyError, match="cannot be read"):
        Results(tmp_path / "study", "ab").open()


@pytest.mark.expects_warnings
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    results = Results(tmp_path / "file" / "study", "ab")
    run = next(ALL.runs())
    with pytest.raises(LibraryError):
        results.add(run, outcome_of(run))
