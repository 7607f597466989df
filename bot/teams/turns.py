"""From an activity of Teams to a turn: what is read, what is bounded, what is left unanswered."""

import html
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, ConversationAccount

from bot.teams.authentication import tenant_of
from bot.teams.refusals import RequestRefused
from bot.turns import Address, Turn, TurnKind

CARD_ACTION = "adaptiveCard/action"
"""The invoke that Action.Execute sends."""

MOST_ID_CHARACTERS = 1024
MOST_VERB_CHARACTERS = 100
MOST_NAME_CHARACTERS = 256
MOST_TEXT_CHARACTERS = 2000
"""What is typed to the bot are commands and searches; what comes after this is left out."""

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff]")


def turn_of(activity: Mapping[str, Any]) -> Turn | None:
    """Return the turn that `activity` makes, or None where there is nothing to answer.

    `activity` has been admitted, so its tenant and service URL can be believed. Nothing is
    answered for other types of activity, and for people without an object id: whoever has no
    account in a tenant cannot be told apart from others, so they can neither look nor book.
    Raises `RequestRefused` (400) where a field is missing, of the wrong type or too long.
    """
    kind = _kind(activity)
    if kind is None:
        return None
    sender = _object(activity, "from")
    object_id = _id(sender, "aadObjectId", required=False)
    if not object_id:
        return None
    verb, data = _pressed(activity)
    is_invoke = activity["type"] == ActivityTypes.invoke
    if verb is not None:
        kind = TurnKind.ACTION
    return Turn(
        kind=kind,
        address=_address(activity, sender),
        object_id=object_id,
        name=_text(sender, "name")[:MOST_NAME_CHARACTERS].strip(),
        personal=_object(activity, "conversation").get("conversationType") == "personal",
        text=_typed(activity) if kind is TurnKind.MESSAGE else "",
        verb=verb,
        data=data,
        activity_id=_id(activity, "id", required=False) or None,
        card_activity_id=(
            _id(activity, "replyToId", required=False) or None
            if kind is TurnKind.ACTION and not is_invoke
            else None
        ),
    )


def botbuilder_activity(activity: Mapping[str, Any]) -> Activity:
    """Return the fields that botbuilder's pipeline and middleware read, as its own type.

    Botbuilder's deserialiser takes some 100 µs for every field it knows; this takes four.
    """
    sender, recipient = _object(activity, "from"), _object(activity, "recipient")
    conversation = _object(activity, "conversation")
    return Activity(
        type=activity["type"],
        id=activity.get("id"),
        channel_id=activity["channelId"],
        service_url=activity["serviceUrl"],
        from_property=ChannelAccount(
            id=sender.get("id"),
            name=sender.get("name"),
            aad_object_id=sender.get("aadObjectId"),
        ),
        recipient=ChannelAccount(id=recipient.get("id"), name=recipient.get("name")),
        conversation=ConversationAccount(
            id=conversation.get("id"), conversation_type=conversation.get("conversationType")
        ),
        text=activity.get("text"),
        name=activity.get("name"),
        value=activity.get("value"),
        reply_to_id=activity.get("replyToId"),
        channel_data=activity.get("channelData"),
        delivery_mode=activity.get("deliveryMode"),
    )


def _kind(activity: Mapping[str, Any]) -> TurnKind | None:
    match activity["type"]:
        case ActivityTypes.message:
            return TurnKind.MESSAGE
        case ActivityTypes.invoke if activity.get("name") == CARD_ACTION:
            return TurnKind.ACTION
        case ActivityTypes.installation_update:
            return _INSTALLATIONS.get(_text(activity, "action"))
        case ActivityTypes.conversation_update if _is_bot_added(activity):
            return TurnKind.INSTALLED
    return None


_INSTALLATIONS = {"add": TurnKind.INSTALLED, "remove": TurnKind.UNINSTALLED}


def _is_bot_added(activity: Mapping[str, Any]) -> bool:
    added = activity.get("membersAdded")
    bot_id = _object(activity, "recipient").get("id")
    if not isinstance(added, list) or not bot_id:
        return False
    return any(isinstance(member, dict) and member.get("id") == bot_id for member in added)


def _address(activity: Mapping[str, Any], sender: Mapping[str, Any]) -> Address:
    tenant = tenant_of(activity.get("channelData"))
    if not isinstance(tenant, str):
        raise _malformed("channelData.tenant.id")
    return Address(
        service_url=_id(activity, "serviceUrl"),
        conversation_id=_id(_object(activity, "conversation"), "id"),
        tenant_id=_bounded(tenant, "channelData.tenant.id"),
        teams_user_id=_id(sender, "id"),
        bot_id=_id(_object(activity, "recipient"), "id"),
    )


def _pressed(activity: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    """Return verb and data of the button that was pressed, or None and nothing.

    Action.Execute sends the verb beside its data, Action.Submit inside it.
    """
    value = activity.get("value")
    if activity["type"] == ActivityTypes.invoke:
        action = _object(_object(activity, "value"), "action")
        data = action.get("data") or {}
        verb = action.get("verb")
    elif activity["type"] == ActivityTypes.message and isinstance(value, dict) and "verb" in value:
        data, verb = value, value["verb"]
    else:
        return None, {}
    if not isinstance(data, dict) or not isinstance(verb, str) or not verb:
        raise _malformed("value")
    if len(verb) > MOST_VERB_CHARACTERS:
        raise _malformed("verb")
    return verb, {key: entry for key, entry in data.items() if key not in {"verb", "msteams"}}


def _typed(activity: Mapping[str, Any]) -> str:
    """Return what was typed, without the mention of the bot, HTML entities and extra space."""
    text = _text(activity, "text")
    bot_id = _object(activity, "recipient").get("id")
    entities = activity.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        mentioned = entity.get("mentioned") if isinstance(entity, dict) else None
        if not isinstance(mentioned, dict) or mentioned.get("id") != bot_id:
            continue
        mention = entity.get("text")
        if isinstance(mention, str) and mention:
            text = text.replace(mention, " ")
    # The bound stands before the work: a message of 256 KB is read no further than this.
    text = html.unescape(text[: 2 * MOST_TEXT_CHARACTERS])
    return " ".join(_INVISIBLE.sub("", text).split())[:MOST_TEXT_CHARACTERS].rstrip()


def _object(activity: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = activity.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _malformed(key)
    return value


def _text(activity: Mapping[str, Any], key: str) -> str:
    value = activity.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _malformed(key)
    return value


def _id(activity: Mapping[str, Any], key: str, *, required: bool = True) -> str:
    value = _text(activity, key)
    if required and not value:
        raise _malformed(key)
    return _bounded(value, key)


def _bounded(identifier: str, key: str) -> str:
    if len(identifier) > MOST_ID_CHARACTERS or identifier in {".", ".."}:
        raise _malformed(key)
    return identifier


def _malformed(key: str) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.BAD_REQUEST, f"{key} is missing, too long or of the wrong type."
    )
