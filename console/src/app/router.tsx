import { createBrowserRouter } from 'react-router';

import { setNavigate } from './go';
import { NotFound } from './NotFound';
import { BASE } from './paths';
import { RouteError } from './RouteError';
import { setSections } from './section';
import { sections } from './sections';
import { Shell } from './Shell';

export const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      errorElement: <RouteError />,
      HydrateFallback: () => null,
      children: [
        {
          errorElement: <RouteError />,
          children: [...sections.flatMap((section) => section.routes), { path: '*', element: <NotFound /> }],
        },
      ],
    },
  ],
  { basename: BASE },
);

setSections(sections);
setNavigate((to, options) => router.navigate(to, options));
