"use client";

import Link from "next/link";
import { useState } from "react";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { TextField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";

const link = "text-accent-strong underline underline-offset-2";

const isName = (name: string): boolean => /^[a-z][a-z0-9_]{1,40}$/.test(name);
const isOrigin = (text: string): boolean => /^https?:\/\/[\w.-]+(:\d{1,5})?$/.test(text);

/** Puts the operator's command together: a registration is theirs, and its secret is shown where they ran it. */
export const RegisterDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const [name, setName] = useState("");
  const [origin, setOrigin] = useState("http://localhost:5173");
  const isComplete = isName(name) && (origin === "" || isOrigin(origin));
  const command = `npm run nexus -- app add ${isName(name) ? name : "myapp"}${isOrigin(origin) ? ` --dev ${origin}` : ""}`;
  return (
    <Modal
      open
      onClose={onClose}
      title="Register an app"
      description="An operator of this installation runs the command. It prints the app's client and its secret, once, and the lines for its .env."
    >
      <div className="space-y-4">
        <TextField
          label="Short name, as in its id"
          value={name}
          placeholder="myapp"
          autoComplete="off"
          spellCheck={false}
          maxLength={41}
          aria-invalid={(name !== "" && !isName(name)) || undefined}
          onChange={({ currentTarget }) => setName(currentTarget.value.trim())}
        />
        <TextField
          label="Where it runs in development (optional)"
          value={origin}
          type="url"
          maxLength={200}
          aria-invalid={(origin !== "" && !isOrigin(origin)) || undefined}
          onChange={({ currentTarget }) => setOrigin(currentTarget.value.trim().replace(/\/+$/, ""))}
        />
        <div className="relative rounded-lg border border-line bg-raised">
          <pre className="p-4 pr-12 font-mono text-sm break-words whitespace-pre-wrap">
            <code>{command}</code>
          </pre>
          <CopyButton text={command} label="Copy the command" className="absolute top-2.5 right-2.5" />
        </div>
        <p className="text-sm text-muted">
          {isComplete || name === ""
            ? "The app is in this list within a minute. "
            : "A name has small letters, digits and underscores; an address has no path. "}
          Apps of others come in by a manifest or a review:{" "}
          <Link href="/docs/recipes/register-an-app" className={link}>
            the three ways
          </Link>
          .
        </p>
      </div>
    </Modal>
  );
};
