"use client";

import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { CostAfter, WhatFailed } from "./outcome.tsx";
import { ForModel, Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

type Input = NexusInputs["ai"]["generateImage"];

const sizes = ["1024x1024", "1024x1536", "1536x1024"] as const;
const qualities = ["low", "medium", "high"] as const;
const counts = ["1", "2", "3", "4"] as const;

const Drawn = ({
  images,
  prompt,
}: Pick<NexusOutputs["ai"]["generateImage"], "images"> & { readonly prompt: string }) => (
  <ul aria-label="Images" className="grid gap-4 sm:grid-cols-2">
    {images.map(({ mediaType, data }, at) => {
      const url = `data:${mediaType};base64,${data}`;
      return (
        <li key={`${at} ${data.length}`}>
          <a
            href={url}
            download={`image-${at + 1}.${mediaType.slice("image/".length)}`}
            aria-label={`Download image ${at + 1}`}
            className="block rounded-lg"
          >
            {/* eslint-disable-next-line -- a picture of bytes that are here already */}
            <img src={url} alt={prompt} className="w-full rounded-lg border border-line" />
          </a>
        </li>
      );
    })}
  </ul>
);

/** Images of a description. */
export const ImageTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [prompt, setPrompt] = useState("A boat on a calm lake at dawn, as a woodcut");
  const [size, setSize] = useState<string>(sizes[0]);
  const [quality, setQuality] = useState<string>("low");
  const [count, setCount] = useState<string>("1");
  const { busy, answer, error, run } = useTrial<NexusOutputs["ai"]["generateImage"]>();
  const complete = prompt.trim() !== "";
  return (
    <ForModel operation="ai.generateImage" chosen={chosen} onChoose={setChosen}>
      {(model) => {
        const known = qualities.find((one) => one === quality);
        const input: Input = {
          model,
          prompt,
          ...(count === "1" ? {} : { n: Number(count) }),
          ...(size === "" ? {} : { size }),
          ...(known === undefined ? {} : { quality: known }),
        };
        return (
          <Trial
            form={
              <form
                aria-label="Make images"
                className="space-y-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  void run((nexus) => nexus.ai.generateImage.mutate(input));
                }}
              >
                <TextAreaField label="Prompt" value={prompt} onChange={({ target }) => setPrompt(target.value)} />
                <div className="grid gap-4 sm:grid-cols-3">
                  <SelectField label="Size" value={size} onChange={({ target }) => setSize(target.value)}>
                    <option value="">as the model does it</option>
                    {sizes.map((one) => (
                      <option key={one} value={one}>
                        {one.replace("x", " × ")}
                      </option>
                    ))}
                  </SelectField>
                  <SelectField label="Quality" value={quality} onChange={({ target }) => setQuality(target.value)}>
                    <option value="">as the model does it</option>
                    {qualities.map((one) => (
                      <option key={one}>{one}</option>
                    ))}
                  </SelectField>
                  <SelectField label="Images" value={count} onChange={({ target }) => setCount(target.value)}>
                    {counts.map((one) => (
                      <option key={one}>{one}</option>
                    ))}
                  </SelectField>
                </div>
                <HeldBefore request={complete ? { generateImage: input } : undefined} />
                <div className="flex justify-end">
                  <Button type="submit" look="primary" disabled={!complete || busy}>
                    {busy ? "One moment…" : "Run"}
                  </Button>
                </div>
              </form>
            }
            answer={
              <div aria-live="polite" className="space-y-4">
                {!answer && !error && <p className="text-muted">The images appear here.</p>}
                {answer && <Drawn images={answer.images} prompt={prompt} />}
                {answer && <CostAfter facts={answer.nexus} usage={answer.usage} />}
                {error && <WhatFailed error={error} />}
              </div>
            }
            copied={<CopiedAs operation="ai.generateImage" input={input} />}
          />
        );
      }}
    </ForModel>
  );
};
