// One element a line, as people read XML. Only for reading: white space is added between elements.

export function indentedXml(xml: string): string {
  const { documentElement } = new DOMParser().parseFromString(xml, "text/xml");
  return linesOf(documentElement, "").join("\n");
}

function linesOf(element: Element, indent: string): readonly string[] {
  const whole = new XMLSerializer().serializeToString(element);
  const children = [...element.children];
  if (children.length === 0) return [`${indent}${whole}`];
  const opening = whole.slice(0, whole.indexOf(">") + 1);
  const hasText = [...element.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
  );
  if (hasText) return [`${indent}${whole}`];
  return [
    `${indent}${opening}`,
    ...children.flatMap((child) => linesOf(child, `${indent}  `)),
    `${indent}</${element.tagName}>`,
  ];
}
