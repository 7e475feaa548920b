/** Of what is tested without files elsewhere. */
export const noDownload = (): Promise<never> => Promise.reject(new Error("nothing is downloaded here"));
