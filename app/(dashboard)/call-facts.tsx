import Link from "next/link";
import type { CallDetails } from "../_data/answers.ts";
import { Badge } from "../_ui/badge.tsx";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { FullTime } from "../_ui/time.tsx";
import { Attempts } from "./call-attempts.tsx";
import { AttributionFacts } from "./attribution-facts.tsx";
import { titleOfCall } from "./title-of-call.ts";
import { CallDoubt } from "./call-doubt.tsx";
import { ExplainedCall } from "./explained-call.tsx";
import { SourceBadge, StateBadge, TierBadge } from "./call-badges.tsx";
import { Fact, Id, Part, ruled } from "./facts.tsx";

const ms = (value: number): string => `${value.toLocaleString("en-US")} ms`;
const words = (name: string): string => name.replaceAll(/([A-Z0-9]+)/g, " $1").toLowerCase();

const Entries = ({ entries }: Pick<CallDetails, "entries">) => (
  <dl className={ruled}>
    {entries.map(({ kind, n, amountNanos, debit, credit, at }) => (
      <Fact key={`${kind} ${n}`} name={`${words(kind.replaceAll("_", " "))} · ${credit} → ${debit}`}>
        <span title={`${exactMoney(amountNanos)}, ${at}`} className="tabular-nums">
          {formatMoney(amountNanos)}
        </span>
      </Fact>
    ))}
  </dl>
);

/** The facts of one call, from the ledger. */
export const CallFacts = ({ call, onResolved }: { readonly call: CallDetails; readonly onResolved: () => void }) => {
  return (
    <>
      <div className="rounded-xl bg-raised px-5 py-4">
        <p className="flex flex-wrap items-center gap-2 font-semibold break-words">
          {call.model === null ? titleOfCall(call) : `${call.vendor}/${call.model}`} <StateBadge call={call} />
        </p>
        <p className="mt-2 text-3xl font-semibold tracking-tight tabular-nums">
          {call.costNanos === null ? "–" : formatMoney(call.costNanos)}
        </p>
        <p className="text-sm text-muted tabular-nums">
          {call.costNanos === null ? "Nothing booked" : exactMoney(call.costNanos)} · {formatMoney(call.heldNanos)} was
          set aside
        </p>
      </div>

      <CallDoubt call={call} onResolved={onResolved} />

      <ExplainedCall key={`${call.state} ${call.costNanos}`} call={call} />

      <Part title="Call">
        <dl className={ruled}>
          <Fact name="Operation">
            <Id id={call.operationId} label="operation id" />
          </Fact>
          {call.emailId !== null && (
            <Fact name="Mail">
              <Link href={`/email?mail=${call.emailId}`} className="font-medium text-accent-strong underline">
                Open the mail
              </Link>
            </Fact>
          )}
          {call.operation.startsWith("payments.") && (
            <Fact name="Payment">
              <Link href={`/payments?payment=${call.operationId}`} className="font-medium text-accent-strong underline">
                Open the payment
              </Link>
            </Fact>
          )}
          <Fact name="Requested">
            {call.operation}
            {call.streamed ? ", streamed" : ""}
          </Fact>
          {call.requestedModel !== null && <Fact name="Requested model">{call.requestedModel}</Fact>}
          {call.responseModel !== null && <Fact name="Model of the answer">{call.responseModel}</Fact>}
          <Fact name="API">{call.door ?? "–"}</Fact>
          <Fact name="Credential">
            <TierBadge tier={call.credentialTier} />
          </Fact>
          <Fact name="Usage source">
            <SourceBadge source={call.source} />
            {call.notes.map((note) => (
              <Badge key={note} tone="warn">
                {note.replaceAll("_", " ")}
              </Badge>
            ))}
          </Fact>
          {call.listCostNanos !== null && (
            <Fact name="At list prices">
              <span title={exactMoney(call.listCostNanos)} className="tabular-nums">
                {formatMoney(call.listCostNanos)}
              </span>
            </Fact>
          )}
          {call.serviceTier !== null && <Fact name="Service tier">{call.serviceTier}</Fact>}
          <Fact name="Begun">
            <FullTime at={call.createdAt} />
          </Fact>
          {call.latencyMs !== null && <Fact name="Took">{ms(call.latencyMs)}</Fact>}
          {call.firstByteMs !== null && <Fact name="Time to first byte">{ms(call.firstByteMs)}</Fact>}
        </dl>
      </Part>

      <Part title="Attribution">
        <dl className={ruled}>
          <AttributionFacts appId={call.appId} userId={call.userId} keyId={call.keyId} />
          {call.requestId !== null && (
            <Fact name="Request">
              <Id id={call.requestId} label="request id" />
            </Fact>
          )}
          {call.vendorRequestId !== null && (
            <Fact name="Vendor's request">
              <Id id={call.vendorRequestId} label="the vendor's request id" />
            </Fact>
          )}
        </dl>
      </Part>

      {call.attempts.length > 0 && (
        <Part title="Attempts">
          <Attempts attempts={call.attempts} />
        </Part>
      )}
      {call.entries.length > 0 && (
        <Part title="Bookings">
          <Entries entries={call.entries} />
        </Part>
      )}
      {call.rawUsage !== null && call.rawUsage !== undefined && (
        <details className="mt-6">
          <summary className="w-fit rounded font-semibold">The vendor's own usage</summary>
          <pre className="mt-2 rounded-lg bg-raised p-4 font-mono text-sm break-words whitespace-pre-wrap">
            {JSON.stringify(call.rawUsage, null, 2)}
          </pre>
        </details>
      )}
    </>
  );
};
