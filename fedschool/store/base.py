"""What tables are made of; the tables themselves are in `tables_*`, by topic.

Times are integer milliseconds UTC, flags 0 or 1, lists and objects JSON text. A local account's
`domain` is the empty string here (so that uniqueness holds) and None in the model. `*_key`
columns are folded for look-ups by equality and by prefix.
"""

import sqlalchemy as sa

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Ms = sa.BigInteger()
Flag = sa.SmallInteger()
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Text = sa.Text()

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True, autoincrement=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, Text, nullable=False, server_default="")


def _flag(name: str) -> sa.Column[int]:
    return sa.Column(name, Flag, nullable=False, server_default="0")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _ms(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Ms, nullable=nullable)


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, Id, sa.ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=nullable, index=index
    )


def changed(table: sa.Table) -> sa.sql.dml.Update:
    """The only way to update accounts and statuses: what is kept of them in memory is known by
    its version, which moves here."""
    return sa.update(table).values(version=table.c.version + 1)
