import type { CallDetails } from "../_data/answers.ts";
import { Badge, type Tone } from "../_ui/badge.tsx";
import { TierBadge } from "./call-badges.tsx";
import { Id, ruled } from "./facts.tsx";

type Attempt = CallDetails["attempts"][number];

const ms = (value: number): string => `${value.toLocaleString("en-US")} ms`;

const phases: Readonly<Record<NonNullable<Attempt["phase"]>, string>> = {
  connecting: "nothing had left yet",
  sent: "the request may have left",
  answered: "an answer began",
};

const proofs: Readonly<Record<NonNullable<Attempt["evidence"]>, { readonly word: string; readonly tone: Tone }>> = {
  not_sent: { word: "not sent", tone: "bad" },
  not_executed: { word: "not executed", tone: "bad" },
  rejected: { word: "refused by the vendor", tone: "bad" },
  done: { word: "done", tone: "good" },
  unknown: { word: "unknown", tone: "warn" },
};

const resultOf = ({ evidence, errorCode, outcome }: Attempt): { readonly word: string; readonly tone: Tone } => {
  if (evidence !== null) return proofs[evidence];
  if (errorCode !== null) return { word: errorCode.toLowerCase().replaceAll("_", " "), tone: "bad" };
  return { word: outcome ?? "running", tone: "good" };
};

/** What was asked of which vendor, and how far that got. */
export const Attempts = ({ attempts }: Pick<CallDetails, "attempts">) => (
  <ol className={ruled}>
    {attempts.map((attempt) => {
      const {
        n,
        vendor,
        model,
        credentialTier,
        errorCode,
        status,
        durationMs,
        vendorRequestId,
        phase,
        step,
        evidence,
      } = attempt;
      const { word, tone } = resultOf(attempt);
      return (
        <li key={n} className="py-2">
          <p className="flex flex-wrap items-center gap-2">
            <span className="text-muted tabular-nums">{n}.</span>
            <span className="font-medium">{model === null ? vendor : `${vendor}/${model}`}</span>
            <TierBadge tier={credentialTier} />
            <Badge tone={tone}>{word}</Badge>
          </p>
          <p className="mt-0.5 text-sm text-muted tabular-nums">
            {[
              step,
              evidence !== "done" && phase !== null ? phases[phase] : null,
              evidence === null ? null : errorCode?.toLowerCase().replaceAll("_", " "),
              status === null ? null : `status ${status}`,
              durationMs === null ? null : ms(durationMs),
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
          {vendorRequestId !== null && (
            <p className="flex items-center gap-1 text-sm text-muted">
              <Id id={vendorRequestId} label="the vendor's request id" />
            </p>
          )}
        </li>
      );
    })}
  </ol>
);
