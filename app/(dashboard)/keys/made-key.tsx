"use client";

import { firstCalls } from "../../_connect/first-calls.ts";
import { firstModel, useUsableModels } from "../../_data/use-usable-models.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { CodeTabs } from "../../_ui/code-tabs.tsx";
import { ShownOnce } from "../../_ui/shown-once.tsx";
import { ShownSecret } from "../../_ui/shown-secret.tsx";
import type { IssuedKey } from "./api-keys.ts";

const aiScope = "srv_nexus.ai";

/** Examples with the key filled in, in the languages that most begin with. */
const FirstCalls = ({ apiKey }: { readonly apiKey: string }) => {
  const { authUrl } = useSession();
  const { data: models, failure } = useUsableModels();
  if (models === undefined && failure === undefined) return null;
  const model = firstModel(models ?? [], "ai.generateText")?.id ?? "openai/gpt-4o-mini";
  const samples = firstCalls({ origin: location.origin, authUrl, model, anthropicModel: model, apiKey });
  return (
    <div>
      <p className="mb-2 text-sm text-pretty text-muted">
        A first call. For more than a try, keep the key out of the code.
      </p>
      <CodeTabs label="A first call" samples={samples} />
    </div>
  );
};

interface MadeKeyProps {
  readonly made: IssuedKey;
  readonly onClose: () => void;
}

/** The key, which is shown this once, and a first call with it. */
export const MadeKey = ({ made: { apiKey, scopes }, onClose }: MadeKeyProps) => (
  <ShownOnce
    title="Your new API key"
    description="Copy it now: it is not shown again. Whoever has it can do what it may do."
    onClose={onClose}
  >
    <ShownSecret name="API key" text={apiKey} />
    {scopes.includes(aiScope) && <FirstCalls apiKey={apiKey} />}
  </ShownOnce>
);
