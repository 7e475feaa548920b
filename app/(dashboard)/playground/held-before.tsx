"use client";

import { keepPreviousData } from "@tanstack/react-query";
import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";
import { useSettled } from "../../_data/use-settled.ts";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";

type Estimated = NexusInputs["ai"]["estimate"];
type Estimate = NexusOutputs["ai"]["estimate"];

const settleMs = 400;

const payers: Readonly<Record<string, string>> = {
  byok: "by your organization's own key",
  org_override: "by a key that is kept for your organization",
  platform_default: "by the platform",
};

/** What a call would set aside at most, and why it could not be made; undefined: it is not complete yet. */
export const HeldBefore = ({ request }: { readonly request: Estimated | undefined }) => {
  const nexus = useNexusClient();
  const text = JSON.stringify(request) ?? "";
  const settled = useSettled(text, settleMs);
  const { data, failure } = useAnswer<Estimate, Error, Estimate, readonly string[]>({
    queryKey: ["estimate", settled],
    queryFn: ({ signal }) => nexus.ai.estimate.mutate(request ?? {}, { signal }),
    enabled: request !== undefined && settled === text,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
  if (failure) return <output className="block text-sm text-pretty wrap-anywhere text-warn">{failure.message}</output>;
  return (
    <output className="block min-h-10 text-sm text-pretty wrap-anywhere text-muted">
      {data && request && (
        <>
          At most{" "}
          <span title={exactMoney(data.boundNanoUsd)} className="font-medium text-ink tabular-nums">
            {formatMoney(data.boundNanoUsd)}
          </span>{" "}
          is set aside, and what is not needed is given back. {data.vendor}/{data.model} is asked
          {data.routes > 1 && " first"}, paid {payers[data.credentialTier]}.
        </>
      )}
    </output>
  );
};
