import type { NexusOutputs } from "@topolo/nexus-client";
import { Badge, type Tone } from "../../_ui/badge.tsx";

type Explanation = NexusOutputs["preferences"]["explainRoute"];
type Considered = Explanation["considered"][number];
type Credential = Considered["credentials"][number];

const payers: Readonly<Record<Credential["tier"], string>> = {
  byok: "the organization's own key",
  org_override: "the organization's managed credential",
  platform_default: "the platform's credential",
};

const reasons: Readonly<Record<Considered["because"], string>> = {
  requested: "asked for",
  fallback_chain: "in its chain",
  same_model_elsewhere: "the same model elsewhere",
};

const verdicts: Readonly<Record<Credential["verdict"], readonly [Tone, string]>> = {
  used: ["good", "used"],
  own_key_pays: ["plain", "not used: the own key pays"],
  shared: ["plain", "not used: this lives in one account"],
  unpriced: ["warn", "not used: no price"],
  circuit_open: ["bad", "not used: it failed a moment ago"],
};

const Verdict = ({ credential: { tier, verdict, retryAfterMs } }: { readonly credential: Credential }) => {
  const [tone, words] = verdicts[verdict];
  return (
    <li className="flex flex-wrap items-center gap-2">
      <span>{payers[tier]}</span>
      <Badge tone={tone}>
        {words}
        {retryAfterMs === null ? "" : `, for ${Math.ceil(retryAfterMs / 1_000)} s`}
      </Badge>
    </li>
  );
};

const ConsideredModel = ({ considered }: { readonly considered: Considered }) => {
  const { model, because, refusal, credentials } = considered;
  return (
    <li className="border-t border-line py-2 first:border-t-0">
      <p className="font-medium wrap-anywhere">
        <bdi>{model}</bdi> <span className="font-normal text-muted">{reasons[because]}</span>
      </p>
      {refusal && (
        <p className="text-sm text-bad">
          {refusal.message}
          {refusal.candidates.length > 0 && ` Did you mean ${refusal.candidates.slice(0, 3).join(", ")}?`}
        </p>
      )}
      <ul className="space-y-1 text-sm">
        {credentials.map((credential) => (
          <Verdict key={credential.credentialId} credential={credential} />
        ))}
      </ul>
    </li>
  );
};

interface ExplainedRouteProps {
  readonly explained: Explanation;
  readonly nameOf: (vendorId: string) => string;
}

/** The routes of a call in the order in which they are tried, and everything that was compared with it. */
export const ExplainedRoute = ({ explained: { routes, refusal, considered }, nameOf }: ExplainedRouteProps) => (
  <>
    {refusal ? (
      <p className="mb-3 rounded-lg bg-bad-soft px-3 py-2 text-bad">The call is refused: {refusal.message}</p>
    ) : (
      <ol className="mb-3 space-y-1">
        {routes.map(({ vendor, model, credentialId, tier }, at) => (
          <li key={`${vendor}/${model} ${credentialId}`} className="flex gap-2.5">
            <span className="w-5 shrink-0 text-right text-muted tabular-nums">{at + 1}</span>
            <span className="min-w-0 wrap-anywhere">
              <span className="font-medium">{nameOf(vendor)}</span> with <bdi>{model}</bdi>
              <span className="text-muted">, paid by {payers[tier]}</span>
            </span>
          </li>
        ))}
      </ol>
    )}
    <details open={refusal !== null}>
      <summary className="cursor-pointer text-sm text-muted">What was looked at</summary>
      <ul className="mt-1">
        {considered.map((one) => (
          <ConsideredModel key={one.model} considered={one} />
        ))}
      </ul>
    </details>
  </>
);
