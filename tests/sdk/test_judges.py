"""Metrics that a model judges by, which are the SDK's own classes."""

import pytest
from conftest import named
from release import judges, refused


def said(judge) -> dict:
    """What a user said of a judge."""
    fields = vars(judge.to_config())
    # What is written from it: its parts, and what only the SDK knows of its own.
    return {name: value for name, value in fields.items() if name not in ("id", "metric_type", "backend")}


def test_a_judge_of_numbers_is_pushed_pulled_and_changed():
    numeric = judges().NumericJudge
    judge = numeric(name=named("Tone"), evaluation_prompt="Is it polite?", min_score=0, max_score=10, threshold=7)
    judge.push()
    pulled = numeric.pull(name=judge.name)
    assert said(pulled) == said(judge)
    pulled.config.evaluation_prompt = "Is it very polite?"
    pulled.push()
    again = numeric.pull(name=judge.name)
    assert (again.id, again.config.evaluation_prompt) == (judge.id, "Is it very polite?")


def test_a_judge_of_categories_is_pushed_and_pulled():
    categorical = judges().CategoricalJudge
    judge = categorical(
        name=named("Kind"),
        evaluation_prompt="Which of them?",
        categories=["good", "fair", "bad"],
        passing_categories=["good", "fair"],
    )
    judge.push()
    assert said(categorical.pull(name=judge.name)) == said(judge)


@pytest.mark.parametrize("kind", ["GoalAchievementJudge", "ConversationalJudge"])
def test_a_judge_of_conversations_is_refused_by_name(kind, caplog):
    arguments = {"evaluation_prompt": "Did it?"} if kind == "ConversationalJudge" else {}
    judge = getattr(judges(), kind)(name=named("Goal"), **arguments)
    assert refused(judge.push, caplog) == (422, "class_name")
