import { Globe } from 'lucide';
import { language } from '../../../web/language.ts';
import { Button } from '../../../web/ui/button.tsx';
import { strings } from '../strings.ts';

/** Before signing in: the other language, written in itself. */
export function LanguageButton() {
  const other = language.value === 'vi' ? 'en' : 'vi';
  return (
    <Button
      look="text"
      icon={Globe}
      onPress={() => {
        language.value = other;
      }}
    >
      <span lang={other}>{strings('otherLanguage')}</span>
    </Button>
  );
}
