"use client";

import { useState } from "react";
import { requestVerificationEmail } from "../../_auth-api/account.ts";
import { AskByMail } from "../_parts/ask-by-mail.tsx";
import { Notice } from "../../_forms/notice.tsx";

/** Asks for another verification mail. */
export const ResendForm = () => {
  const [sentTo, setSentTo] = useState<string>();
  return (
    <div className="space-y-4">
      <AskByMail
        label="Ask for a new link"
        ask={requestVerificationEmail}
        onAsked={setSentTo}
        action="Send a new link"
      />
      <output className="block">
        {sentTo !== undefined && (
          <Notice tone="good">
            If {sentTo} belongs to an unverified account, a new link is on its way. Check your spam folder too.
          </Notice>
        )}
      </output>
    </div>
  );
};
