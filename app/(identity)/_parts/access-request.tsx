import { Check } from "lucide-react";
import type { Interaction, RequestedScope } from "../../_auth-api/interactions.ts";
import { Notice } from "../../_forms/notice.tsx";

const hostOf = (address: string | undefined): string | undefined =>
  address !== undefined && URL.canParse(address) ? new URL(address).host : undefined;

const wordsOf = ({ description, service }: RequestedScope): string =>
  service === undefined ? description : `${description} (${service})`;

const Fixed = ({ words }: { readonly words: string }) => (
  <li className="flex gap-2.5">
    <Check className="mt-1 size-4 shrink-0 text-accent" />
    <span className="min-w-0 break-words">{words}</span>
  </li>
);

interface OptionalProps {
  readonly scope: RequestedScope;
  readonly chosen: boolean;
  readonly onChange: (chosen: boolean) => void;
}

const Optional = ({ scope, chosen, onChange }: OptionalProps) => (
  <li>
    <label className="flex cursor-pointer gap-2.5">
      <input
        type="checkbox"
        name={scope.name}
        checked={chosen}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 break-words">{wordsOf(scope)}</span>
    </label>
  </li>
);

interface AccessRequestProps {
  readonly interaction: Interaction;
  /** Names of the scopes that the person leaves out. */
  readonly unticked: ReadonlySet<string>;
  readonly onTick: (name: string, ticked: boolean) => void;
}

/** Who asks, from where, for what, and for which account; what can be left out has a box. */
export const AccessRequest = ({
  interaction: { client, address, userAgent, scopes, services, email, organization },
  unticked,
  onTick,
}: AccessRequestProps) => {
  const homepage = hostOf(client.homepage);
  const needed = scopes.filter(({ required }) => required);
  const optional = scopes.filter(({ required }) => !required);
  return (
    <>
      {client.unregistered !== undefined && (
        <Notice tone="warn">
          Nobody has registered this app here. All that is known of it is its address,{" "}
          <strong className="break-words">{client.unregistered.host}</strong>
          {client.unregistered.claimedName !== undefined && (
            <>
              ; it calls itself “<bdi>{client.unregistered.claimedName}</bdi>”, which anybody can
            </>
          )}
          . Allow it only if you know this address and have just come from there.
        </Notice>
      )}
      <div>
        <p className="font-medium">
          <bdi>{client.name}</bdi>
          {homepage !== undefined && <span className="font-normal text-muted"> ({homepage})</span>} will be able to:
        </p>
        <ul aria-label="What it may do" className="mt-2 space-y-1.5">
          {needed.map((scope) => (
            <Fixed key={scope.name} words={wordsOf(scope)} />
          ))}
          {services.map((name) => (
            <Fixed key={name} words={`Act for you in ${name}, with all that you may do there`} />
          ))}
          {optional.map((scope) => (
            <Optional
              key={scope.name}
              scope={scope}
              chosen={!unticked.has(scope.name)}
              onChange={(ticked) => onTick(scope.name, ticked)}
            />
          ))}
          {scopes.length + services.length === 0 && <li className="text-muted">know that you signed in</li>}
        </ul>
        {optional.length > 0 && <p className="mt-2 text-sm text-muted">Untick what it shall not be able to do.</p>}
      </div>
      {address !== undefined && (
        <p className="text-sm break-words text-muted">
          {hostOf(address) === undefined
            ? `Asked from the network address ${address}`
            : `The answer goes to ${hostOf(address)}`}
          {userAgent !== undefined && (
            <>
              , by <bdi>{userAgent}</bdi>
            </>
          )}
          .
        </p>
      )}
      {email !== undefined && (
        <p className="text-sm break-words text-muted">
          As {email}
          {organization !== undefined && `, for ${organization.name}`}.
          {!client.firstParty &&
            client.unregistered === undefined &&
            " This app is not made by Topolo: allow it only if you trust its developer."}
        </p>
      )}
    </>
  );
};
