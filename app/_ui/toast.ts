/** What a toast says: what was done, and perhaps what follows from it. */
export interface ToastWords {
  readonly title: string;
  readonly description?: string;
}

let told: readonly ToastWords[] = [];
const listeners = new Set<() => void>();

/** Says what was done, in a corner of the page and to screen readers. */
export const showToast = (words: ToastWords): void => {
  told = [...told, words];
  for (const listener of listeners) listener();
};

/** Everything that was said so far, for the list that shows it. */
export const toldToasts = (): readonly ToastWords[] => told;

export const onToast = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
