"""Why a query has no answer. The messages are for whoever asked it, and name no path."""


class QueryError(Exception):
    """What all of these are."""


class NotSelectError(QueryError):
    """The text is not one plain SELECT."""


class ForbiddenError(QueryError):
    """The SELECT reaches more than data."""


class FailedError(QueryError):
    """DuckDB cannot run the query; the message is DuckDB's."""


class LimitError(QueryError):
    """The query needs more time or memory than it may have."""


class UnavailableError(QueryError):
    """Nothing is published, or every place is taken: the same query may be answered in a moment."""


KINDS: dict[str, type[QueryError]] = {
    kind.__name__: kind
    for kind in (NotSelectError, ForbiddenError, FailedError, LimitError, UnavailableError)
}
