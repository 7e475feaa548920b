"use client";

import Link from "next/link";
import { useState } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { TextField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { administersAll } from "../administers-all.ts";
import { RegisterAppForm } from "./register-app-form.tsx";
import { RegisteredClientNotice, type RegisteredClient } from "./registered-client.tsx";

const link = "text-accent-strong underline underline-offset-2";

const isName = (name: string): boolean => /^[a-z][a-z0-9-]{1,50}$/.test(name);
const isOrigin = (text: string): boolean => /^http:\/\/localhost(:\d{1,5})?$/.test(text);

/** Puts together the command that an operator runs, for somebody who is none. */
const CommandForOperators = ({ slug }: { readonly slug: string | undefined }) => {
  const { session } = useSession();
  const [typed, setTyped] = useState("");
  const [origin, setOrigin] = useState("http://localhost:5173");
  const name = slug ?? typed;
  const isWrong = (name !== "" && !isName(name)) || (origin !== "" && !isOrigin(origin));
  const command = [
    `npm run nexus -- app add ${isName(name) ? name : "myapp"}`,
    isOrigin(origin) && `--dev ${origin}`,
    session?.organization && `--org ${session.organization.slug}`,
  ]
    .filter(Boolean)
    .join(" ");
  return (
    <div className="space-y-4">
      {slug === undefined && (
        <TextField
          label="Short name, as in its id"
          value={typed}
          placeholder="myapp"
          autoComplete="off"
          spellCheck={false}
          maxLength={51}
          aria-invalid={(typed !== "" && !isName(typed)) || undefined}
          onChange={({ currentTarget }) => setTyped(currentTarget.value.trim())}
        />
      )}
      <TextField
        label="Where it runs in development (optional)"
        value={origin}
        type="url"
        maxLength={100}
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
        {isWrong
          ? "A short name has small letters, digits and hyphens; an address is http://localhost with a port. "
          : "It prints the app's client and its secret, once. The app is in this list within a minute. "}
        <Link href="/docs/recipes/register-an-app" className={link}>
          Other ways to register one
        </Link>
      </p>
    </div>
  );
};

interface RegisterDialogProps {
  /** The short name of an app that is registered and gets a local address. */
  readonly slug?: string;
  readonly onClose: () => void;
}

/** Registers an app: by a form for an operator, by a command to hand on for everybody else. */
export const RegisterDialog = ({ slug, onClose }: RegisterDialogProps) => {
  const { session } = useSession();
  const [client, setClient] = useState<RegisteredClient>();
  const isOperator = administersAll(session);
  if (client) return <RegisteredClientNotice client={client} onClose={onClose} />;
  return (
    <Modal
      open
      onClose={onClose}
      title={slug === undefined ? "Register an app" : "Add an address for development"}
      description={
        isOperator
          ? "It gets a client of its own at Topolo Auth, whose secret is shown once."
          : "An operator of this installation does it: on this page, or with this command."
      }
    >
      {isOperator ? (
        <RegisterAppForm slug={slug} onRegistered={setClient} onClose={onClose} />
      ) : (
        <CommandForOperators slug={slug} />
      )}
    </Modal>
  );
};
