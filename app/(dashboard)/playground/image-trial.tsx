"use client";

import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { SelectField } from "../../_ui/field.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { ForModel } from "./trial-form.tsx";

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
          <CallTrial
            label="Make images"
            fields={
              <>
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
              </>
            }
            request={prompt.trim() === "" ? undefined : { generateImage: input }}
            ask={async (nexus) => ({ ...(await nexus.ai.generateImage.mutate(input)), prompt })}
            before="The images appear here."
            renderAnswer={(answer) => <Drawn {...answer} />}
            operation="ai.generateImage"
            input={input}
          />
        );
      }}
    </ForModel>
  );
};
