"""What the rows of the first version lack: groups of notifications, conversations, decisions' ids.

The words are spelled out here as they were then, so that later changes of the code change nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_GROUPS = """
    UPDATE notifications SET group_key = CASE
        WHEN type IN ('favourite', 'reblog', 'follow') THEN
            type || '-'
            || CASE WHEN status_id IS NULL THEN '' ELSE CAST(status_id AS TEXT) || '-' END
            || CAST(created_at / 43200000 AS TEXT)
        ELSE 'ungrouped-' || CAST(id AS TEXT)
    END
    WHERE group_key = ''
"""
_CONVERSATIONS = """
    INSERT INTO conversations (account_id, conversation_id, last_status_id, unread)
    SELECT person, conversation_id, MAX(status_id), 0 FROM (
        SELECT account_id AS person, conversation_id, id AS status_id
        FROM statuses WHERE visibility = 'direct'
        UNION ALL
        SELECT mentions.account_id, statuses.conversation_id, statuses.id
        FROM statuses JOIN mentions ON mentions.status_id = statuses.id
        WHERE statuses.visibility = 'direct'
    ) AS spoken
    WHERE person IN (SELECT id FROM accounts WHERE domain = '')
    GROUP BY person, conversation_id
    ON CONFLICT DO NOTHING
"""
_DECISIONS = """
    UPDATE domain_policies SET id = created_at * 65536 + (
        SELECT COUNT(*) FROM domain_policies AS other WHERE other.domain < domain_policies.domain
    )
    WHERE id = 0
"""


def upgrade() -> None:
    connection = op.get_bind()
    for work in (_GROUPS, _CONVERSATIONS, _DECISIONS):
        connection.execute(sa.text(work))
