"""Admin::Measure, Admin::Dimension and Admin::Cohort."""

from typing import Any

from fedschool.entities.links import moment
from fedschool.model.measures import Cohort, Dimension, Measure


def measure(item: Measure, human: str | None) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_Measure"""
    body: dict[str, Any] = {"key": item.key, "unit": item.unit, "total": str(item.total)}
    if human is not None:
        body["human_value"] = human
    if item.previous is not None:
        body["previous_total"] = str(item.previous)
    body["data"] = [{"date": moment(at), "value": str(value)} for at, value in item.data]
    return body


def dimension(item: Dimension) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_Dimension"""
    shares = []
    for share in item.data:
        body = {"key": share.key, "human_key": share.name, "value": share.value}
        if share.unit is not None:
            body["unit"] = share.unit
        if share.human is not None:
            body["human_value"] = share.human
        shares.append(body)
    return {"key": item.key, "data": shares}


def cohort(item: Cohort) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_Cohort"""
    return {
        "period": moment(item.at),
        "frequency": item.frequency.value,
        "data": [
            {"date": moment(one.at), "rate": one.rate, "value": str(one.value)} for one in item.data
        ],
    }
