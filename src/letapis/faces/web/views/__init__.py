"""One module for each section of the desk, with the name of its desk module (``desk/sources.py`` ↔ ``views/sources.py``).

**Adding a section.** Put a module here; nothing else has to be changed.

* ``urlpatterns``: addresses without a leading slash; an id is ``<str:ident>``, read by ``pages.ident(text)``, and the desk says
  NotFound. ``app_name`` gives the section a namespace (``{% url "sources:show" ident=source.id|hexid %}``). A name or another value of a
  record never stands in an address. The first page is the URL ``""`` with the name ``home``.
* ``NAVIGATION = (Entry(30, "sources.title", "sources:list"),)``, if the section has a place in the menu.
* A view gets a ``DeskRequest``: ``request.desk`` (the open desk), ``request.reader`` (a Reader for the purpose *work*),
  ``request.language``. It calls functions of ``letapis.desk``, never the database, and raises ``LetapisError``: the shell renders
  the page for its code and chooses the status. It answers with ``pages.page(...)``; after a change with ``pages.see_other(...)``
  and perhaps ``pages.notice(request, "sources.added", count=1)``.
* Forms are ``forms.DeskForm`` with ``section = "sources"``: labels ``sources.field.<name>``; what the desk refuses goes beside its
  field by ``form.complain(error, "code")``.
* State changes by POST with ``{% csrf_token %}``; decorate with ``django.views.decorators.http.require_POST`` or
  ``require_http_methods``. A form that comes back with errors has status 422 and uses ``{% include "parts/field.html" %}``.
* A view that accepts uploads is decorated with ``session.takes_files("dossier")``, the name of the URL argument that holds the id of the
  dossier; ``request.FILES["…"]`` is then a ``SealedUpload``: the bytes are sealed in the object store already, nothing can be read from it.
* Templates extend ``base.html`` and fill ``title``, ``main``; every text is ``{% t "section.key" count=3 %}``; dates go through
  ``{{ value|partial_date:language }}``. No inline style, no inline script, no foreign address.
* ``tests/faces/web/test_serve.py`` tries headers, hosts, methods and origins at every address by itself. Call ``check(text, language)``
  of ``tests/faces/web/test_pages.py`` on each page of the section: landmarks, labels, nothing foreign, nothing inline, size.
"""
