const key = "topolo_invitation";

/**
 * Keeps an invitation while its reader signs in, perhaps by way of another service's pages. It opens nothing by itself:
 * only the account it was written to can accept it.
 */
export const keepInvitation = (token: string): void => sessionStorage.setItem(key, token);

export const keptInvitation = (): string | undefined => sessionStorage.getItem(key) ?? undefined;

export const dropInvitation = (): void => sessionStorage.removeItem(key);
