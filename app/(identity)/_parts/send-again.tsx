"use client";

import { useEffect, useState } from "react";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { WideButton } from "./wide-button.tsx";

const pauseSeconds = 30;

/** Sends a mail once more, not sooner than it could have arrived. */
export const SendAgain = ({ send }: { readonly send: () => Promise<void> }) => {
  const { busy, refusal, run } = useSubmit();
  const [left, setLeft] = useState(pauseSeconds);
  const [sent, setSent] = useState(false);

  useEffect(() => {
    if (left === 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left]);

  const again = async (): Promise<void> => {
    setSent(false);
    await send();
    setSent(true);
    setLeft(pauseSeconds);
  };
  return (
    <div className="space-y-3">
      <RefusalNotice refusal={refusal} />
      <output className="block">{sent && <Notice tone="good">Sent again. Check your spam folder too.</Notice>}</output>
      <p className="text-sm text-muted">Nothing after a minute? Check your spam folder, then send it again.</p>
      <WideButton busy={busy || left > 0} onClick={() => run(again)}>
        {left > 0 ? `Send again in ${left} s` : "Send again"}
      </WideButton>
    </div>
  );
};
