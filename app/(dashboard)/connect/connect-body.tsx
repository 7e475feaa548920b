"use client";

import Link from "next/link";
import { useState } from "react";
import { waysToConnect } from "../../_connect/ways-to-connect.ts";
import { firstModel, useUsableModels } from "../../_data/use-usable-models.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Card } from "../../_ui/card.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { ModelPicker } from "../model-picker.tsx";
import { oneOf, useChoice } from "../use-choice.ts";
import { KeyOfExamples } from "./key-of-examples.tsx";
import { ShownWay } from "./shown-way.tsx";
import { WayList } from "./way-list.tsx";

/** Where nobody knows which models there are, the examples name these. */
const commonModel = "openai/gpt-4o-mini";
const commonAnthropicModel = "anthropic/claude-sonnet-4-5";

const wayIds = waysToConnect({ origin: "", authUrl: "", model: "", anthropicModel: "" }).flatMap(({ ways }) =>
  ways.map(({ id }) => id),
);
const choices = { way: oneOf(wayIds) };

/** Every way to call this gateway, each with what is to be copied. */
export const ConnectBody = () => {
  const { authUrl } = useSession();
  const { data: models, failure } = useUsableModels();
  const { choice, choose } = useChoice(choices);
  const [chosen, setChosen] = useState<string>();
  const [apiKey, setApiKey] = useState<string>();
  const writing = models?.filter(({ operations }) => operations.includes("ai.generateText"));
  const model = chosen ?? firstModel(models ?? [], "ai.generateText")?.id ?? commonModel;
  const anthropicModel =
    chosen ??
    firstModel(models ?? [], "ai.generateText", "anthropic")?.id ??
    (writing === undefined ? commonAnthropicModel : model);
  const { origin } = location;
  const groups = waysToConnect({ origin, authUrl, model, anthropicModel, apiKey });
  const ways = groups.flatMap((group) => group.ways);
  const way = ways.find(({ id }) => id === choice.way) ?? ways[0];
  return (
    <>
      <Card title="This gateway">
        <dl className="grid gap-x-8 gap-y-4 md:grid-cols-3">
          <div className="min-w-0">
            <dt className="mb-1 text-sm font-medium text-muted">Address</dt>
            <dd className="flex min-h-10 items-center gap-1">
              <span className="min-w-0 font-mono text-sm break-all">{origin}</span>
              <CopyButton text={origin} label="Copy the address" />
            </dd>
          </div>
          <div className="min-w-0">
            <dt className="mb-1 text-sm font-medium text-muted">Model in the examples</dt>
            <dd>
              {writing === undefined && failure === undefined && <Skeleton className="h-10" />}
              {writing !== undefined && writing.length > 0 && (
                <ModelPicker models={writing} value={chosen ?? model} onChoose={setChosen} />
              )}
              {writing?.length === 0 && (
                <p className="text-sm text-pretty">
                  No model can be used yet: nobody&apos;s key pays for one.{" "}
                  <Link href="/keys/vendors" className="font-medium text-accent hover:underline">
                    Add a vendor key
                  </Link>
                </p>
              )}
              {failure && (
                <p className="text-sm text-pretty text-muted">
                  {failure.code === "SCOPE_DENIED"
                    ? `Your role does not see which models can be used: the examples name ${commonModel}.`
                    : `The models could not be loaded: ${failure.message}`}
                </p>
              )}
            </dd>
          </div>
          <KeyOfExamples apiKey={apiKey} onMade={setApiKey} onForget={() => setApiKey(undefined)} />
        </dl>
      </Card>
      <div className="mt-6 grid items-start gap-6 lg:grid-cols-[14rem_minmax(0,1fr)]">
        <WayList groups={groups} chosen={way?.id} onChoose={(id) => choose({ way: id })} />
        {way && <ShownWay way={way} apiKey={apiKey} />}
      </div>
    </>
  );
};
