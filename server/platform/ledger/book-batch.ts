import type pg from "pg";
import { endStatement, endValues, readEnds } from "./settle-batch.ts";
import { holdStatement, holdValues, readHolds, type HoldRow, type Invalid } from "./reserve-batch.ts";
import type { ReserveCall, ReserveReply, SettleCall, SettleReply } from "./types.ts";

/** What the ledger is asked for: to set money aside, or to end what was set aside. */
export type LedgerCall = { readonly hold: ReserveCall } | { readonly end: SettleCall };

/** To a hold or to an end, as it was asked. */
export type LedgerReply = ReserveReply | Invalid | SettleReply;

const placeholders = (count: number): string => Array.from({ length: count }, (_, index) => `$${index + 1}`).join(", ");

const [endCount, holdCount] = [10, 19];
const bothStatement = {
  name: "nexus_book",
  text: `select o_ended, o_status, o_detail from nexus.nexus_book(${placeholders(endCount + holdCount)})`,
} as const;

type Row = HoldRow & { readonly o_ended: string | null };

const nothing: HoldRow = { o_status: null, o_detail: null };

/**
 * Books all calls in one statement and one commit: the ends first, so that what they give back is free for the holds. Replies
 * in the order of the calls.
 */
export const sendBookings =
  (processId: string) =>
  async (
    client: pg.Client,
    calls: readonly LedgerCall[],
    resent: readonly boolean[],
  ): Promise<readonly LedgerReply[]> => {
    const ends: SettleCall[] = [];
    const holds: ReserveCall[] = [];
    const again: boolean[] = [];
    for (const [index, call] of calls.entries()) {
      if ("end" in call) ends.push(call.end);
      else {
        holds.push(call.hold);
        again.push(resent[index] ?? false);
      }
    }
    const endings = ends.length > 0 ? endValues(ends) : [];
    const holding = holds.length > 0 ? holdValues(processId, holds) : [];
    const statement = holds.length === 0 ? endStatement : ends.length === 0 ? holdStatement : bothStatement;
    const { rows } = await client.query<Row>({ ...statement, values: [...endings, ...holding] });
    const ended = readEnds(rows[0]?.o_ended ?? "");
    const held = readHolds(rows[0] ?? nothing, again);
    let [nextEnd, nextHold] = [0, 0];
    return calls.map((call) => ("end" in call ? ended[nextEnd++] : held[nextHold++]) as LedgerReply);
  };
