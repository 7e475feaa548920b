"use client";

import { Suspense, use, type ComponentType, type ReactNode } from "react";

/** A dialog, drawer or other part whose script loads when it is first shown. */
export const whenOpened = <Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ((props: Props) => ReactNode) => {
  let loading: Promise<ComponentType<Props>> | undefined;
  const Opened = ({ of }: { readonly of: Props }) => {
    const Component = use((loading ??= load()));
    return <Component {...of} />;
  };
  return (props) => (
    <Suspense>
      <Opened of={props} />
    </Suspense>
  );
};
