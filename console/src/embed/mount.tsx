import '@cloudscape-design/global-styles/index.css';
import '../app/shell.css';
import './embed.css';

import I18nProvider from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';

import { FlashProvider } from '../app/flash';
import { applySettings } from '../app/settings';
import { redeem } from '../pages/reports/api';
import type { Address } from './address';
import { EmbedPage } from './EmbedPage';
import { endSession, isRefusal } from './ended';

/** Draws the page. Its code is good once, so it is redeemed here, before anything is drawn. */
export function mount(address: Address) {
  applySettings();
  const session = redeem(address.code);
  // who waits for it hears of a failure
  session.catch(() => undefined);
  const client = new QueryClient({
    // what is refused once the session was there is refused because the session is over, or its user may no longer
    queryCache: new QueryCache({ onError: (error) => isRefusal(error) && endSession(error) }),
    defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
  });
  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={client}>
        <FlashProvider>
          <EmbedPage address={address} session={session} />
        </FlashProvider>
      </QueryClientProvider>
    </I18nProvider>,
  );
}
