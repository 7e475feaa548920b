import type { Interaction } from "../_api/interactions.ts";
import { Icon } from "../../_ui/icon.tsx";

const hostOf = (address: string | undefined): string | undefined =>
  address !== undefined && URL.canParse(address) ? new URL(address).host : undefined;

/** Who asks, for what, and for which account. */
export const AccessRequest = ({
  interaction: { client, scopes, services, email, organization },
}: {
  readonly interaction: Interaction;
}) => {
  const host = hostOf(client.homepage);
  const allowances = [
    ...scopes.map(({ description }) => description),
    ...services.map((name) => `Act for you in ${name}, with all that you may do there`),
  ];
  return (
    <>
      <div>
        <p className="font-medium">
          {client.name}
          {host !== undefined && <span className="font-normal text-muted"> ({host})</span>} will be able to:
        </p>
        <ul className="mt-2 space-y-1.5">
          {allowances.map((allowance) => (
            <li key={allowance} className="flex gap-2.5">
              <Icon name="check" className="mt-1 size-4 shrink-0 text-accent" />
              <span className="min-w-0 break-words">{allowance}</span>
            </li>
          ))}
          {allowances.length === 0 && <li className="text-muted">know that you signed in</li>}
        </ul>
      </div>
      {email !== undefined && (
        <p className="text-sm break-words text-muted">
          As {email}
          {organization !== undefined && `, for ${organization}`}.
          {!client.firstParty && " This app is not made by Topolo: allow it only if you trust its developer."}
        </p>
      )}
    </>
  );
};
