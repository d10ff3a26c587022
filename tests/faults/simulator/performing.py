"""Doing an operation in billing, perhaps with a death in it, and in the model; and what must be so of its answer."""

from __future__ import annotations

import copy
import random
from collections import Counter, deque
from typing import Any

from billing.errors import BillingError
from tests.builders.faults import Fault, Faults
from tests.faults.simulator import payments
from tests.faults.simulator.checks import Checks
from tests.faults.simulator.operation import Operation
from tests.integration.billing.engine.model.account import World as Model
from tests.integration.billing.engine.model.sold import Refused

KINDS = ("before", "after", "before_commit", "after_commit")


class Performing:
    """What is done once is in the model once, whether or not its answer was heard."""

    number: int
    calm: bool
    luck: random.Random
    faults: Faults
    model: Model
    checks: Checks
    happened: Counter[str]
    history: deque[tuple[int, str, str | None]]
    inside: Operation | None

    def begin(self) -> None:
        """A new process."""
        raise NotImplementedError

    def perform(self, operation: Operation) -> bool:
        """Whether it was acknowledged or refused for good."""
        self.happened[operation.name] += 1
        self.history.append((self.number, operation.name, operation.account))
        repeated, outer, self.inside = operation.applied, self.inside, operation
        try:
            told, lost = self._try(operation)
        except BillingError as error:
            payments.follow(self)  # what this one is in the middle of may have credited somebody
            self._refused(operation, error.code, repeated=repeated)
            return True
        finally:
            self.inside = outer
            payments.follow(self)
        if not lost:
            self._acknowledged(operation, told, repeated=repeated)
        self.checks.kept(operation)
        return not lost

    def _try(self, operation: Operation) -> tuple[Any, bool]:
        fault = None
        if not (self.calm or operation.parts) and self.luck.random() < 0.3 and not operation.unsafe():
            fault = Fault(self.luck.choice(KINDS), self.luck.randint(1, 20))
        try:
            told = self.faults.strike(fault, operation.call) if fault else operation.call()
        finally:
            lost = fault is not None and self.faults.fired
            if lost and self.faults.committed:
                self.apply(operation)
        if lost:
            self.happened["died"] += 1
            self.begin()
        return told, lost

    def apply(self, operation: Operation) -> None:
        """Do it in the model, once: billing did. What is of several transactions does each time what is due by then."""
        if operation.applied and not operation.parts:
            return
        operation.applied = True
        try:
            operation.made = operation.expect(self.model.accounts.get(operation.account))
        except Refused as refusal:
            raise AssertionError(f"{operation.name} was done, the model says {refusal.code}") from refusal

    def _acknowledged(self, operation: Operation, told: Any, *, repeated: bool) -> None:
        self.apply(operation)
        operation.check(told, operation.made, repeated)
        if not operation.acknowledged:
            operation.acknowledged, operation.told = True, told
            operation.learn(told, operation.made)
            return
        assert operation.said(told) == operation.said(operation.told), f"{operation.name}: another answer"
        if operation.other is not None:
            self._refuses_other(operation)

    def _refuses_other(self, operation: Operation) -> None:
        try:
            operation.other()
        except BillingError as error:
            assert error.code == operation.other_code, f"{operation.name} on other terms: {error.code}"
        else:
            raise AssertionError(f"{operation.name}: its key took other terms")

    def _refused(self, operation: Operation, code: str, *, repeated: bool) -> None:
        self.happened[f"refused: {code}"] += 1
        if code in operation.tolerates and not (repeated and operation.is_keyed):
            return
        if repeated and code == operation.again:
            return
        assert not repeated, f"{operation.name} was done, and is refused when it is sent again: {code}"
        account = self.model.accounts.get(operation.account)
        account = copy.deepcopy(account) if operation.copies else account
        try:
            operation.expect(account)
        except Refused as refusal:
            assert refusal.code == code, f"{operation.name}: {code}, the model says {refusal.code}"
        else:
            raise AssertionError(f"{operation.name} is refused, {code}; the model does it")
        operation.counts_refusals(account, code)
        self.checks.kept(operation)
