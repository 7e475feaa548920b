"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { serviceTokenExamples } from "../../../_connect/service-token-examples.ts";
import { firstModel, useUsableModels } from "../../../_data/use-usable-models.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { CodeTabs } from "../../../_ui/code-tabs.tsx";
import { ShownOnce } from "../../../_ui/shown-once.tsx";
import { ShownSecret } from "../../../_ui/shown-secret.tsx";

export type Issued = NexusOutputs["serviceTokens"]["create"];

const FirstCalls = ({ issued: { token, serviceToken } }: { readonly issued: Issued }) => {
  const { session } = useSession();
  const { data: models, failure } = useUsableModels();
  if (models === undefined && failure === undefined) return null;
  const { apps, permissions } = serviceToken;
  const samples = serviceTokenExamples({
    origin: location.origin,
    model: firstModel(models ?? [], "ai.generateText")?.id ?? "openai/gpt-4o-mini",
    token,
    organizationId: session?.organization?.id ?? "",
    app: apps === "all" ? undefined : apps[0],
    permissions,
  }).map(({ name, code }) => ({ name, code: code.trimEnd() }));
  return samples.length > 0 && <CodeTabs label="A first call" samples={samples} />;
};

/** The token, which is shown this once, and a first call with it. */
export const IssuedToken = ({ issued, onClose }: { readonly issued: Issued; readonly onClose: () => void }) => (
  <ShownOnce
    title="Your service token"
    description="Copy it now: it is not shown again. Send it as X-Nexus-Service-Token."
    onClose={onClose}
  >
    <ShownSecret name="service token" text={issued.token} />
    <FirstCalls issued={issued} />
  </ShownOnce>
);
