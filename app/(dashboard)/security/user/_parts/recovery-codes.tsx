"use client";

import { Button } from "../../../../_ui/button.tsx";
import { CopyButton } from "../../../../_ui/copy-button.tsx";
import { ShownOnce } from "../../../../_ui/shown-once.tsx";

const download = (text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "topolo-recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(url);
};

/** Codes that are shown this once: they let people in who have lost everything else. */
export const RecoveryCodes = ({
  codes,
  onClose,
}: {
  readonly codes: readonly string[];
  readonly onClose: () => void;
}) => {
  const text = `${codes.join("\n")}\n`;
  return (
    <ShownOnce
      title="Keep your recovery codes"
      description="Each one signs you in once when your phone and your passkeys are out of reach. They are not shown again."
      kept="I have put them in a safe place"
      onClose={onClose}
    >
      <div className="relative rounded-lg bg-raised p-4">
        <ul aria-label="Recovery codes" className="grid grid-cols-2 gap-x-4 gap-y-1.5 pr-8 font-mono text-sm">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={text} label="Copy the codes" className="absolute top-2 right-2" />
      </div>
      <Button onClick={() => download(text)} className="w-full">
        Download as a text file
      </Button>
    </ShownOnce>
  );
};
