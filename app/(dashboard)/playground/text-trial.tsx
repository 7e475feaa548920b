"use client";

import { useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { ForModel, Trial } from "./trial-form.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { textInputOf, type TextDraft } from "./text-fields.ts";
import { TextForm } from "./text-form.tsx";
import { ShownText } from "./shown-text.tsx";
import { useTextStream } from "./use-text-stream.ts";

const firstDraft: TextDraft = {
  instructions: "",
  prompt: "Name three rivers.",
  numbers: { maxOutputTokens: "500" },
  effort: "",
  search: false,
  tools: "",
  turns: [],
};

/** Text of a model, streamed: with parameters, tools, and a conversation that goes on. */
export const TextTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [draft, setDraft] = useState(firstDraft);
  const [asked, setAsked] = useState("");
  const { answer, run, stop } = useTextStream();
  const streaming = answer?.state === "streaming";
  return (
    <ForModel operation="ai.streamText" chosen={chosen} onChoose={setChosen}>
      {(model, { webSearch: searches }) => {
        const { input, complaints } = textInputOf(model, { ...draft, search: searches && draft.search });
        const complete = Object.keys(complaints).length === 0;
        return (
          <Trial
            form={
              <form
                aria-label="Generate text"
                className="space-y-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  if (!complete || streaming) return;
                  setAsked(draft.prompt);
                  void run(input);
                }}
              >
                <TextForm draft={draft} searches={searches} complaints={complaints} onChange={setDraft} />
                <HeldBefore request={complete ? { generateText: input } : undefined} />
                <div className="flex justify-end gap-2">
                  {streaming ? (
                    <Button onClick={stop}>Stop</Button>
                  ) : (
                    <Button type="submit" look="primary" disabled={!complete}>
                      Run
                    </Button>
                  )}
                </div>
              </form>
            }
            answer={
              <ShownText
                answer={answer}
                onContinue={(text) =>
                  setDraft({
                    ...draft,
                    prompt: "",
                    turns: [...draft.turns, { role: "user", content: asked }, { role: "assistant", content: text }],
                  })
                }
              />
            }
            copied={<CopiedAs operation="ai.generateText" input={input} />}
          />
        );
      }}
    </ForModel>
  );
};
