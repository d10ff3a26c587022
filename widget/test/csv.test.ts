import assert from "node:assert/strict";
import { test } from "node:test";
import { usageCsv } from "../src/cards/csv";
import type { UsageCard } from "../src/cards/types";

const usd = (amount: string) => ({ amount, currency: "USD" });
const services = [{ service: "=cmd", unit: "hour", quantity: "2", spend: usd("1") }, { service: 'a,"b', unit: "hour", quantity: "1", spend: usd("1") }];
const card = {
  services,
  series: [{ from: "2026-10-01", to: "2026-10-01", sessions: 3, spend: usd("-0.125"), services: services.slice(0, 1) }],
} as unknown as UsageCard;

test("figures are exact, names are quoted, and no name is a formula", () => {
  assert.equal(
    usageCsv(card),
    'from,to,sessions,spend,currency,\'=cmd_quantity,\'=cmd_spend,"a,""b_quantity","a,""b_spend"\r\n' +
      "2026-10-01,2026-10-01,3,-0.125,USD,2,1,0,0\r\n",
  );
});
