"use client";

import { useSession } from "../../_session/session-provider.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { Button } from "../../_ui/button.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { ShownOnce } from "../../_ui/shown-once.tsx";

/** What a registration answers. */
export interface RegisteredClient {
  readonly serviceId: string;
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  /** Undefined where the client has one already: that is not shown again. */
  readonly clientSecret: string | undefined;
}

const linesOf = (
  { serviceId, clientId, clientSecret, redirectUri }: RegisteredClient,
  authUrl: string,
): readonly string[] => [
  `TOPOLO_AUTH_URL=${authUrl}`,
  `NEXUS_URL=${location.origin}`,
  `TOPOLO_SERVICE_ID=${serviceId}`,
  `TOPOLO_CLIENT_ID=${clientId}`,
  ...(clientSecret === undefined ? [] : [`TOPOLO_CLIENT_SECRET=${clientSecret}`]),
  ...(redirectUri === undefined ? [] : [`TOPOLO_REDIRECT_URI=${redirectUri}`]),
];

const Lines = ({ lines }: { readonly lines: readonly string[] }) => (
  <div className="relative rounded-lg border border-line bg-raised">
    <pre className="p-4 pr-12 font-mono text-sm break-all whitespace-pre-wrap">
      <code aria-label="Lines for its .env">{lines.join("\n")}</code>
    </pre>
    <CopyButton text={`${lines.join("\n")}\n`} label="Copy the lines" className="absolute top-2.5 right-2.5" />
  </div>
);

interface RegisteredClientNoticeProps {
  readonly client: RegisteredClient;
  readonly onClose: () => void;
}

/** The lines for the app's .env, with the secret of its client, which is shown this once. */
export const RegisteredClientNotice = ({ client, onClose }: RegisteredClientNoticeProps) => {
  const { authUrl } = useSession();
  const lines = linesOf(client, authUrl);
  if (client.clientSecret === undefined)
    return (
      <Modal
        open
        onClose={onClose}
        title="The address is added"
        description="Its client has a secret already, which is not shown again. nexus app rotate-secret makes another."
      >
        <div className="space-y-4">
          <Lines lines={lines} />
          <Button look="primary" onClick={onClose} className="w-full">
            Done
          </Button>
        </div>
      </Modal>
    );
  return (
    <ShownOnce
      title="The app is registered"
      description="These lines go into its .env. Copy them now: the secret is not shown again."
      onClose={onClose}
    >
      <Lines lines={lines} />
    </ShownOnce>
  );
};
