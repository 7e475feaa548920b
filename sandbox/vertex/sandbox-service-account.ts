import { createPrivateKey, createPublicKey } from "node:crypto";

/** A pair that is good for nothing but the sandbox; anybody may know it. */
const pair = {
  kty: "RSA",
  n:
    "owTpfCZF6S2QoqEIxS_5HxLEnwr5iTsj0HGUCDScMO0WFHV1l3vDSydHnpNLG8IYXte6KgaSQQmzNdAJJly8-E8XoCX4_E_JZ41t" +
    "NxGCKv1ENw4wT-_EPg4uMxP0gMH7PauK6A1luoHyO1rf8mY6ppSKCtIBV2EVK_EveI_ZhfL6vp897w1bwe5P2rhszwLel9hPlD-U" +
    "lkCBRzWlAMhPlLQbTJzzEhFnGxAFCAsXbTYx0Ik7OaWj5vsExDJynj1qeldpNE8Mw95NOuvwBPubSSfZy_kluR68cqFFSoN5mMlJ" +
    "DXBNEwJsWSUJ2G5aHlgo6En8ele3ULAi1UvvEqReCQ",
  e: "AQAB",
  d:
    "JZ3EDLg-KIyxk71J60pjF0b65OIg64ggfwA-Uthk9Cs5DZZ_AGn4Cfbx4UcGrUyP2A66b-kdRXGqDzBGdDoxBrEld_hbKEl25XSu" +
    "b2cUXLwdSgD1p_RhGZqnEXU41Z8tTLExN9OjljJXBVg2VdY-EWM0KUQFODb4LjAUrqKu5Gfq2CFWRChXoJYmom8pLefTryNCzAP2" +
    "vELSJ4NYH5rRX371VkQWBAw9v6e6B9kAyRmJ4dsOmfo73-WQRGqcLaMOBHkBC_4OBhWrmvys3vpRYnQDOCPBEMGuaOkzSFD7F4d0" +
    "CZUCad3CKwGk_VckANrM4TaXbZkvG4iIM6SfiTYnCQ",
  p:
    "3czFPhwUc-ITK1a2Yt9D-ysTWEBY7P1x92wbSufJtOh8BBFjH9jpN1NVs9nS1_BO5CH2AVh74qVwoUQKzDQ2X7aUkMkz1FT78mBL" +
    "xS_2x4FlM9z_Hu6a4l3jpgKRG3vuuIhVdMVMKH7uM38UUONzTYd_tanxR7x_sIzhmQJ77kU",
  q:
    "vCfbzc8nMRL5oqxaEriilSGtBaCokuxqULMrOANca_7q0uVf7RrEIE8yqHh-GdIH80CKmg7JuPV5Scc48wUA06MHl2NPH2kbuwWN" +
    "JpBE9FZozl93aW7K7nYV8WRdd4FSutLONcajIHwE6lvSMCpd3838xY3NRcMR9FDH7i0cXvU",
  dp:
    "g7SIm20JKBbi0yVWgDebopXdktYC-Bc3iXiEbGJfADHdEn1QoySmt9egWH_MF7X24rjX38yvI9KhouFImCGY-BTu-1q-kCM2yKIt" +
    "3BWzMJzBf56HT9LX3ftqprV3fR6GjsVGGWTe6F0XDTU01yN44FzJlRIo2DQyjp_ZhoZXGRE",
  dq:
    "khBvNiomRpZwbLRXiEkFDbiC1OePdd9J-TPdzTHuwXe3W9jsyugIcPyKWvaPDgRaX6Au-MGaH5eQfJHHyACOT70z23YgqkWyXVFF" +
    "7jX5EaUy32KFFLgJmWzaQ_aiCG_AhX-4zU5SvJkKR9TYKsP49BC4tbQLMqjoez1qt58VczE",
  qi:
    "Y8rB1SFCUnbARmgtVDvejN2cfq21YTU8eAh4Q2Rt5P8jYjSRfF9eJXPRmd9zx1GhKwsFy8Tg1NLXk8MEEwf-0zHU3liwF3t_a6uJ" +
    "lQsRQ1nEop6cW-UyPpHgKWkHMJJV9-ndZM39wWJjvVAEqJmnruDVH5oSEeeaPYUbTVKSgMo",
};

const privateKey = createPrivateKey({ key: pair, format: "jwk" });

/** What the signatures of the sandbox's service account are checked with. */
export const sandboxPublicKey = createPublicKey(privateKey);

/** The service account that the sandbox takes, as Google Cloud would hand out its key. */
export const sandboxServiceAccount = {
  type: "service_account",
  project_id: "nexus-sandbox",
  private_key_id: "5a4db0c0ffee5a4db0c0ffee5a4db0c0ffee0001",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  client_email: "caller@nexus-sandbox.iam.gserviceaccount.com",
  client_id: "100000000000000000001",
  auth_uri: "https://accounts.google.com/o/oauth2/auth",
  token_uri: "https://oauth2.googleapis.com/token",
  universe_domain: "googleapis.com",
} as const;

/** The credential with it, as Nexus stores one. */
export const vertexSandboxCredential = { serviceAccount: JSON.stringify(sandboxServiceAccount) } as const;
