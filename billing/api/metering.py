"""Usage that comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

from billing.api.door import Door
from billing.errors import BillingError
from billing.metering import cloud_events, collector, importer, service
from billing.metering.batch import Verdict
from billing.metering.schemas import UsageInput, UsageOutcome, UsageResult
from billing.schemas import ImportResult


class MeteringDoor(Door):
    """Usage that comes in: by a call, as CloudEvents, from a file."""

    def record_usage(self, events: Iterable[UsageInput], *, any_age: bool = False) -> UsageResult:
        """Record events, each once for its source and id; what became of each is told in the order given.

        Up to 5,000 events are one transaction; of more, each 5,000 are one, committed as they go: to call again with
        the same events after a failure counts none of them twice and leaves none out. An event is charged as of its
        own time, 34 days ago at most (`any_age`: however long ago).

        Raises:
            CatalogueMissing: none was loaded yet; nothing was recorded.
        """
        found: list[UsageOutcome] = []
        stream = iter(events)
        while part := list(islice(stream, importer.PART)):
            verdicts = self._record(part, any_age)
            found += service.outcomes(((event.source, event.id) for event in part), verdicts, first=len(found))
        return service.result(found)

    def record_cloud_events(self, headers: Mapping[str, str], body: bytes) -> tuple[bool, UsageResult]:
        """Record what an HTTP request with CloudEvents says: whether it is a batch, and what became of each event.

        `headers` have their names in lower case. All of it is one transaction.

        Raises:
            cloud_events.Unreadable: neither an event nor a batch; the message says why.
            UsageBatchTooLarge: more than 1,000 events.
        """
        batch, told = cloud_events.events(headers, body)
        verdicts = self._record([event for _, _, event in told], any_age=False)
        outcomes = service.outcomes([(source, event_id) for source, event_id, _ in told], verdicts)
        return batch, service.result(outcomes)

    def import_usage(
        self, path: Path, on_progress: Callable[[int, int], None] = lambda done, read: None, *, any_age: bool = False
    ) -> ImportResult:
        """Record a file of usage: JSON lines, or CSV where it is named so. Refused lines are listed with their reason.

        The file is streamed and committed every 5,000 events; after a failure, importing it again goes on from there.
        `on_progress` is told how many events are done and how many bytes of the file were read for them.
        """
        accepted = repeated = done = 0
        refused = []
        for part in importer.parts(path):
            verdicts = self._record([line.event for line in part], any_age)
            accepted += verdicts.count("accepted")
            repeated += verdicts.count("repeated")
            refused += importer.refused(part, verdicts)
            done += len(part)
            on_progress(done, part[-1].read)
        return ImportResult(accepted=accepted, repeated=repeated, refused=refused)

    def _record(self, events: Sequence[UsageInput | BillingError], any_age: bool) -> list[Verdict]:
        late: timedelta | None = None if any_age else service.LATE
        now = self._now()
        with collector.paused():
            return self._database.run(lambda session: service.record_all(session, events, now=now, late=late))
