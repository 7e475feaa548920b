import type { OperationAnswer } from "../_data/answers.ts";
import { Badge, type Tone } from "../_ui/badge.tsx";
import { doubtWords } from "./doubt-words.ts";

interface Meaning {
  readonly label: string;
  readonly tone: Tone;
  readonly title: string;
}

const tiers: Readonly<Record<string, Meaning>> = {
  byok: { label: "own key", tone: "accent", title: "Paid with the organization's own vendor key" },
  org_override: {
    label: "override",
    tone: "plain",
    title: "Paid with a credential that the platform manages for this organization",
  },
  platform_default: { label: "platform", tone: "plain", title: "Paid with the platform's credential" },
};

const sources: Readonly<Record<string, Meaning>> = {
  provider: { label: "provider", tone: "good", title: "Reported by the vendor" },
  drained: { label: "drained", tone: "accent", title: "Reported by the vendor after the caller had left" },
  estimated: { label: "estimated", tone: "warn", title: "Not reported by the vendor; estimated by Nexus" },
  cache: { label: "cache", tone: "plain", title: "No vendor was called" },
  none: { label: "none", tone: "plain", title: "Nothing was metered" },
  operator: { label: "operator", tone: "accent", title: "Entered by hand" },
  import: { label: "bill", tone: "good", title: "From the vendor's export or invoice" },
};

const states: Readonly<Record<OperationAnswer["state"], Meaning>> = {
  open: { label: "running", tone: "accent", title: "Running; the amount is reserved" },
  settled: { label: "paid", tone: "good", title: "Done and booked" },
  released: { label: "no effect", tone: "plain", title: "Nothing was done, nothing was charged" },
  uncertain: {
    label: "in doubt",
    tone: "warn",
    title: "What the vendor did is not known yet; the amount stays reserved",
  },
  late: { label: "late", tone: "warn", title: "Booked after the call had been released" },
};

const MeaningBadge = ({ meaning }: { readonly meaning: Meaning }) => (
  <Badge tone={meaning.tone} title={meaning.title}>
    {meaning.label}
  </Badge>
);

const unknown = (label: string): Meaning => ({ label, tone: "plain", title: label });

export const TierBadge = ({ tier }: { readonly tier: string | null }) =>
  tier === null ? <>–</> : <MeaningBadge meaning={tiers[tier] ?? unknown(tier)} />;

export const SourceBadge = ({ source }: { readonly source: string | null }) =>
  source === null ? <>–</> : <MeaningBadge meaning={sources[source] ?? unknown(source)} />;

/** What became of a call; where it failed, its error. */
export const StateBadge = ({
  call: { state, errorCode, status, doubt },
}: {
  readonly call: Pick<OperationAnswer, "state" | "errorCode" | "status" | "doubt">;
}) => {
  const meaning = states[state];
  if (state === "uncertain" && doubt !== null)
    return <MeaningBadge meaning={{ ...meaning, title: `${doubtWords[doubt]} ${meaning.title}.` }} />;
  if (errorCode === null || state === "open" || state === "uncertain") return <MeaningBadge meaning={meaning} />;
  return (
    <Badge tone="bad" title={`${meaning.title}${status === null ? "" : ` · answered ${status}`}`}>
      {errorCode.toLowerCase().replaceAll("_", " ")}
    </Badge>
  );
};

export const stateChoices = Object.entries(states).map(([value, { label }]) => ({ value, label }));
