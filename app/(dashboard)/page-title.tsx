import type { ReactNode } from "react";

export const PageTitle = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
    <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
    {children}
  </div>
);
