"""Application, CredentialApplication and Token."""

from typing import Any

from fedschool.model.oauth import SCOPES, AccessToken, Client


def application(client: Client, vapid_key: str) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Application"""
    return {
        "id": str(client.id),
        "name": client.name,
        "website": client.website,
        "scopes": list(client.scopes),
        "redirect_uris": list(client.redirect_uris),
        "redirect_uri": "\n".join(client.redirect_uris),
        "vapid_key": vapid_key,
    }


def credential_application(client: Client, secret: str, vapid_key: str) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Application/#CredentialApplication"""
    return application(client, vapid_key) | {
        "client_id": client.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }


def token(item: AccessToken) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Token"""
    return {
        "access_token": item.token,
        "token_type": "Bearer",
        "scope": item.scopes,
        "created_at": item.created_at // 1000,
    }


def server_metadata(base: str, grant_types: list[str]) -> dict[str, Any]:
    """What clients find at `/.well-known/oauth-authorization-server` (RFC 8414)."""
    return {
        "issuer": f"{base}/",
        "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "app_registration_endpoint": f"{base}/api/v1/apps",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "userinfo_endpoint": f"{base}/oauth/userinfo",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "grant_types_supported": grant_types,
        "code_challenge_methods_supported": ["S256"],
    }
