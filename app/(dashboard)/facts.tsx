import type { ReactNode } from "react";
import { CopyButton } from "../_ui/copy-button.tsx";

/** A name and what it is, in a list of such. */
export const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-0.5 py-1.5">
    <dt className="text-muted">{name}</dt>
    <dd className="flex min-w-0 items-center gap-1 text-right break-words">{children}</dd>
  </div>
);

/** An id, to be copied. */
export const Id = ({ id, label }: { readonly id: string; readonly label: string }) => (
  <>
    <span className="font-mono text-sm break-all">{id}</span>
    <CopyButton text={id} label={`Copy ${label}`} />
  </>
);

interface NamedIdProps {
  readonly id: string;
  /** Undefined: nobody calls it anything. */
  readonly name: string | undefined;
  readonly what: string;
}

/** What something is called, and its id to be copied. */
export const NamedId = ({ id, name = id, what }: NamedIdProps) => (
  <>
    <bdi title={id} className={name === id ? "font-mono text-sm break-all" : "wrap-anywhere"}>
      {name}
    </bdi>
    <CopyButton text={id} label={`Copy the id of the ${what}`} />
  </>
);

/** A titled part of the details. */
export const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className="mt-6">
    <h3 className="mb-1 font-semibold">{title}</h3>
    {children}
  </section>
);

/** Lines between the facts of a list. */
export const ruled = "divide-y divide-line";
