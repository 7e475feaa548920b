import { useNames } from "../../_data/use-names.ts";
import { TimeAgo } from "../../_ui/time.tsx";
import type { ShownPreferences } from "./routing-changes.ts";
import type { RoutingPart } from "./vendor-ranking.tsx";

interface WhoPaysProps extends RoutingPart {
  readonly consent: ShownPreferences["byokConsent"];
}

/** Whether another credential may pay in place of the organization's own, and whether a call needs an app. */
export const WhoPays = ({ draft: { byokPolicy, requireApp }, readOnly, onChange, consent }: WhoPaysProps) => {
  const names = useNames();
  return (
    <fieldset disabled={readOnly} className="space-y-4">
      <legend className="sr-only">Who pays</legend>
      <div className="space-y-2">
        <label className="flex items-start gap-2.5">
          <input
            type="radio"
            name="byok"
            className="mt-1"
            checked={byokPolicy === "strict"}
            onChange={() => onChange({ byokPolicy: "strict" })}
          />
          <span>
            Our own key pays, or nobody
            <span className="block text-sm text-muted">
              Where the organization has a key at the vendor and that fails, the call fails: nothing is charged to
              another account.
            </span>
          </span>
        </label>
        <label className="flex items-start gap-2.5">
          <input
            type="radio"
            name="byok"
            className="mt-1"
            checked={byokPolicy === "fallback-with-consent"}
            onChange={() => onChange({ byokPolicy: "fallback-with-consent" })}
          />
          <span>
            Where our key fails, another credential may pay
            <span className="block text-sm text-muted">
              The next one is the organization&apos;s managed credential, then the platform&apos;s, whose price counts.{" "}
              {consent === null ? (
                "Whoever saves this consents, and is named here."
              ) : (
                <>
                  <bdi>{names.actor(consent.by)}</bdi> consented <TimeAgo at={consent.at} />.
                </>
              )}
            </span>
          </span>
        </label>
      </div>
      <label className="flex items-start gap-2.5 border-t border-line pt-4">
        <input
          type="checkbox"
          className="mt-1 size-4 shrink-0"
          checked={requireApp}
          onChange={({ currentTarget }) => onChange({ requireApp: currentTarget.checked })}
        />
        <span>
          Every call needs an app
          <span className="block text-sm text-muted">
            Calls that are not attributed to a registered app are refused, so that no usage is unaccounted for.
          </span>
        </span>
      </label>
    </fieldset>
  );
};
