import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messagesIn, whyNotTwiml } from "./agent-twiml.ts";

describe("a document that is passed on", () => {
  test.each([
    "<Response/>",
    "<Response></Response>",
    "  \n<Response/>\n ",
    "<Response ><Say>Hello</Say></Response >",
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Say voice="alice">Hi &amp; bye</Say></Response>',
    "<!-- for & <Twilio> --><Response><!-- &nbsp; <!DOCTYPE> --><Hangup/></Response><!-- end -->",
    "<?xml-stylesheet a?><Response><Say><![CDATA[a & b <c> &nbsp; <!DOCTYPE>]]></Say></Response>",
    "<Response><Say>&lt;&gt;&quot;&apos;&#65;&#x1F600;&#10;</Say></Response>",
    '<Response><Gather action="https://a.example.com/?x=1&amp;y=2"><Play/></Gather><Unheard-of/></Response>',
  ])("%j", (twiml) => {
    expect(whyNotTwiml(twiml)).toBeUndefined();
  });

  test("of any length", () => {
    const twiml = `<Response>${"<Say>Hello, hello</Say>".repeat(2_000)}</Response>`;
    expect(whyNotTwiml(twiml)).toBeUndefined();
  });
});

describe("a document that Twilio would hang up for", () => {
  test.each<[string, string, RegExp]>([
    ["nothing", "", /empty/],
    ["white space", " \n ", /empty/],
    ["a text", "Hello", /not XML/],
    ["JSON", '{"reply":"Hello"}', /not XML/],
    ["HTML", "<html><body><p>Hello<br></body></html>", /not XML/],
    ["another root", "<Say>Hello</Say>", /not one <Response>/],
    ["another case", "<response/>", /not one <Response>/],
    ["a name that begins like it", "<Responses/>", /not one <Response>/],
    ["a namespace", '<a:Response xmlns:a="b"/>', /not one <Response>/],
    ["two of them", "<Response/><Response/>", /not one <Response>/],
    ["something after it", "<Response/><Say>Hello</Say>", /not one <Response>/],
    ["a text after it", "<Response/>hello", /not one <Response>/],
    ["a text after it, before a comment", "<Response></Response>hello<!-- a -->", /Extra text/],
    ["CDATA after it", "<Response/><![CDATA[hello]]>", /not one <Response>/],
    ["a text before it", "hello<Response/>", /not XML/],
    ["no end", "<Response><Say>Hello</Say>", /not XML/],
    ["the wrong end", "<Response><Say>Hello</Response></Say>", /not XML/],
    ["an ampersand", "<Response><Say>a & b</Say></Response>", /not XML/],
    [
      "an ampersand in a URL",
      '<Response><Play digits="https://a.example.com/?x=1&y=2"/></Response>',
      /&amp;/,
    ],
    ["an ampersand before a semicolon", '<Response><Say voice="a & b; c">a</Say></Response>', /&amp;/],
    ["a < in an attribute", '<Response><Say voice="a<b">a</Say></Response>', /&lt;/],
    ["a comment that begins in an attribute", '<Response><Say voice="<!--">a</Say></Response>', /comment/],
    ["-- in a comment", "<Response><!-- a -- b --></Response>", /comment/],
    ["a declaration of an element", "<Response><!ELEMENT a></Response>", /&lt;/],
    ["a declaration in the middle", '<Response><?xml version="1.0"?></Response>', /<\?xml/],
    ["a number that is none", '<Response><Say voice="&#1e1;">a</Say></Response>', /&#1e1;/],
    ["an attribute without quotes", "<Response><Say voice=alice>a</Say></Response>", /not XML/],
    ["an attribute twice", '<Response><Say a="1" a="2">a</Say></Response>', /not XML/],
    ["a late declaration", "<!-- a --><?xml version='1.0'?><Response/>", /not XML/],
    ["HTML's entities", "<Response><Say>a&nbsp;b</Say></Response>", /&nbsp;/],
    ["an entity in an attribute", '<Response><Say voice="&foo;">a</Say></Response>', /&foo;/],
    ["a reference to nothing", "<Response><Say>&#0;</Say></Response>", /&#0;/],
    ["a reference to a control character", "<Response><Say>&#x1;</Say></Response>", /&#x1;/],
    ["a reference beyond Unicode", "<Response><Say>&#x110000;</Say></Response>", /&#x110000;/],
    ["half of a pair", "<Response><Say>&#xD800;</Say></Response>", /&#xD800;/],
    ["a control character", "<Response><Say>\u0001</Say></Response>", /character/],
    ["]]>", "<Response><Say>]]></Say></Response>", /\]\]>/],
    ["a DOCTYPE", '<!DOCTYPE Response SYSTEM "a.dtd"><Response/>', /DOCTYPE/],
    [
      "an entity of its own",
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response><Say>&x;</Say></Response>',
      /DOCTYPE/,
    ],
    [
      "entities that grow",
      '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Response><Say>&b;</Say></Response>',
      /DOCTYPE/,
    ],
    [
      "elements without end",
      `<Response>${"<a>".repeat(9_000)}${"</a>".repeat(9_000)}</Response>`,
      /cannot be read/,
    ],
    ["a reserved name", "<Response><__proto__>x</__proto__></Response>", /cannot be read/],
  ])("%s", (_name, twiml, why) => {
    expect(whyNotTwiml(twiml)).toMatch(why);
  });

  test("is found out in no time, whatever it repeats", () => {
    const parts = [
      "<!-- -->",
      "<![CDATA[",
      "]]>",
      "<?a ?>",
      "&amp;",
      "&#",
      "<Response/>",
      "<Response>",
      "<!DOCTYPE ",
      "<",
      "-->",
      "<!--",
      "<?",
      "&",
      '"',
    ];
    for (const part of parts) {
      const startedAt = performance.now();
      const repeated = part.repeat(65_000 / part.length);
      whyNotTwiml(repeated);
      whyNotTwiml(`<Response>${repeated}</Response>x`);
      // The validator does not look into attributes.
      whyNotTwiml(`<Response a="${repeated}"/>`);
      whyNotTwiml(`<Response a='${repeated}'/>`);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });

  test("never makes us fail, whatever it is", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "<Response>",
        "</Response>",
        "<",
        ">",
        "/",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&",
        "<?",
        "?>",
      ),
      fc.string({ unit: "binary", maxLength: 10 }),
    );
    const read = (pieces: readonly string[]) => {
      const text = pieces.join("");
      return whyNotTwiml(text) ?? messagesIn(text);
    };
    expect(() =>
      fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => void read(pieces))),
    ).not.toThrow();
  });
});

describe("the messages of a document", () => {
  test.each<[string, string, unknown]>([
    ["none", "<Response><Redirect>https://a.example.com</Redirect></Response>", []],
    ["an empty one", "<Response><Message/></Response>", []],
    [
      "a text",
      "<Response><Message action='https://a.example.com'> Hello &amp; &#x1F600; </Message></Response>",
      [{ text: "Hello & 😀", mediaUrls: [] }],
    ],
    [
      "one to somebody else, and one as another number",
      "<Response><Message to='sip:&lt;a' x='1'>a</Message><Message to='' from=\"+2\">b</Message></Response>",
      [
        { text: "a", mediaUrls: [], to: "sip:<a" },
        { text: "b", mediaUrls: [], from: "+2" },
      ],
    ],
    [
      "a body and media",
      "<Response>\n <Message>\n  <Body>a <![CDATA[<b> & ]]>c</Body>\n  <Media>https://a.example.com/?x=1&amp;y=2</Media>\n <Media> https://b.example.com\n</Media></Message></Response>",
      [{ text: "a <b> & c", mediaUrls: ["https://a.example.com/?x=1&y=2", "https://b.example.com"] }],
    ],
    [
      "several, among other verbs",
      "<Response><Message>one</Message><Redirect>x</Redirect><Message><Media>https://a.example.com</Media></Message></Response>",
      [{ text: "one", mediaUrls: [] }, { mediaUrls: ["https://a.example.com"] }],
    ],
  ])("%s", (_name, twiml, parts) => {
    expect(whyNotTwiml(twiml)).toBeUndefined();
    expect(messagesIn(twiml)).toEqual(parts);
  });
});
