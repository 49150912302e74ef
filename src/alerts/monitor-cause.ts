// Pure: Twilio's error codes in words, for whoever has to mend it. https://www.twilio.com/docs/api/errors

export interface MonitorCause {
  readonly title: string;
  readonly detail: string;
}

const PROBE = "POST /api/phone-numbers/{id}/probe says whether the webhooks arrive now.";
const TLS: MonitorCause = {
  title: "Twilio does not trust the certificate of the webhook",
  detail: `Install one of a public authority, with its intermediate certificates, for the host of the URL. ${PROBE}`,
};

const CAUSES: Readonly<Record<number, MonitorCause>> = {
  11200: {
    title: "Twilio got no usable answer from the webhook",
    detail: `It answered with an error or not in time, so the fallback answered or nobody did. Look at the server's log at that time. ${PROBE}`,
  },
  11205: {
    title: "Twilio could not connect to the webhook",
    detail: `Nobody accepted the connection. Check that the server runs and can be reached at the URL. ${PROBE}`,
  },
  11206: {
    title: "The webhook answered with something that is not HTTP",
    detail: `Check what stands between Twilio and the server, such as a proxy. ${PROBE}`,
  },
  11210: {
    title: "Twilio cannot resolve the host name of the webhook",
    detail: `Check the name's DNS records, and PUBLIC_URL. ${PROBE}`,
  },
  11215: {
    title: "The webhook redirects too often",
    detail: `Set PUBLIC_URL to where it leads in the end. ${PROBE}`,
  },
  11217: {
    title: "The webhook answered with an error status",
    detail: `The fallback answered or nobody did. Look at the server's log at that time. ${PROBE}`,
  },
  11220: TLS,
  11235: TLS,
  11236: TLS,
  11237: TLS,
  12100: {
    title: "Twilio could not read the TwiML of the answer",
    detail:
      "It is not XML. Check what the agent's endpoint answers, and that no proxy puts a page of its own in between.",
  },
  12300: {
    title: "The answer has a content type that Twilio does not take",
    detail:
      "TwiML is text/xml. Check what the agent's endpoint answers, and that no proxy changes the header.",
  },
};

export function monitorCause(errorCode: number): MonitorCause {
  const { title, detail } = CAUSES[errorCode] ?? {
    title: "Twilio could not answer as it was told",
    detail: "",
  };
  const page = `Twilio's page: https://www.twilio.com/docs/api/errors/${errorCode}`;
  return { title: `${title} (${errorCode})`, detail: [detail, page].filter(Boolean).join(" ") };
}
