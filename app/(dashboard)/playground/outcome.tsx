"use client";

import type { NexusClientError, NexusOutputs } from "@topolo/nexus-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useAnswer } from "../../_data/use-answer.ts";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";

type Facts = NexusOutputs["ai"]["embed"]["nexus"];

const linked = "rounded font-medium text-accent hover:underline";

const CallLink = ({ id }: { readonly id: string }) => (
  <Link href={`/calls?call=${encodeURIComponent(id)}`} className={linked}>
    See the call
  </Link>
);

const Amount = ({ nanos }: { readonly nanos: string }) => (
  <span title={exactMoney(nanos)} className="font-medium text-ink tabular-nums">
    {formatMoney(nanos)}
  </span>
);

interface CostAfterProps {
  readonly facts: Facts;
  readonly usage: NexusOutputs["ai"]["embed"]["usage"];
}

/** What a call was and cost. */
export const CostAfter = ({ facts, usage: { inputTokens, outputTokens } }: CostAfterProps) => (
  <p className="text-sm text-pretty wrap-anywhere text-muted">
    {facts.doubt === undefined ? (
      <>
        It cost <Amount nanos={facts.costNanoUsd} />
      </>
    ) : (
      <>
        What it cost is not known yet: <Amount nanos={facts.costNanoUsd} /> stays set aside
      </>
    )}
    {inputTokens !== null && `: ${inputTokens.toLocaleString("en-US")} tokens in`}
    {outputTokens !== null && outputTokens > 0 && `, ${outputTokens.toLocaleString("en-US")} out`}.{" "}
    <CallLink id={facts.operationId} />
  </p>
);

const everyMs = 1_000;

/** What became of the money of a call whose end this page did not hear. */
export const BookedLater = ({ operationId }: { readonly operationId: string }) => {
  const { data } = useAnswer(
    useNexus().operations.get.queryOptions(
      { operationId },
      { refetchInterval: ({ state }) => (state.data === undefined || state.data.state === "open" ? everyMs : false) },
    ),
  );
  return (
    <output className="block text-sm text-pretty text-muted">
      {(data === undefined || data.state === "open") &&
        "The vendor may go on: what it has done by then is still billed. The cost follows."}
      {(data?.state === "settled" || data?.state === "late") && data.costNanos !== null && (
        <>
          <Amount nanos={data.costNanos} /> was booked
          {data.source === "drained" && ", by the vendor's own numbers: its answer was read to the end"}.
        </>
      )}
      {data?.state === "released" && "Nothing was booked: nothing had been sent."}
      {data?.state === "uncertain" && (
        <>
          It is not known what the vendor bills: <Amount nanos={data.heldNanos} /> stays set aside until it is.
        </>
      )}{" "}
      <CallLink id={operationId} />
    </output>
  );
};

const moneyWords = {
  none: "No money moved: no vendor was asked, or none did anything.",
  done: "The vendor did its part: the call is booked.",
  unknown: "Nobody can tell yet whether the vendor did its part: the amount stays set aside until it is known.",
} as const;

/** Why a call failed, and whether money moved. */
export const WhatFailed = ({ error }: { readonly error: NexusClientError }) => (
  <div role="alert" className="space-y-1 rounded-lg bg-bad-soft px-4 py-3 text-bad">
    <p className="font-medium wrap-anywhere">{error.message}</p>
    {error.issues?.map(({ field, expected }) => (
      <p key={field} className="text-sm wrap-anywhere">
        {field}: please enter {expected}.
      </p>
    ))}
    <p className="text-sm">{moneyWords[error.effect]}</p>
    <p className="text-sm">
      <Link href={`/docs/errors#${error.code.toLowerCase().replaceAll("_", "-")}`} className="font-mono underline">
        {error.code}
      </Link>
      {error.operationId !== undefined && (
        <>
          {" · "}
          <Link href={`/calls?call=${encodeURIComponent(error.operationId)}`} className="underline">
            See the call
          </Link>
        </>
      )}
    </p>
  </div>
);
