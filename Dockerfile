# The base image is an argument, so that a mirror or a local image can replace it.
ARG BASE=debian:trixie-slim

# --- Debian's Python and git, without the files that annotate does not need.
FROM ${BASE} AS system
SHELL ["/bin/sh", "-euc"]
WORKDIR /debs
# Debian's packages are not pinned, because its mirrors keep only the newest version: a pin would
# break the build with each security update.
# hadolint ignore=DL3008
RUN apt-get update; \
    apt-get install --yes --no-install-recommends --download-only \
        --option Dir::Cache::archives=/debs git python3; \
    # Perl, for git's Perl scripts, and git's manual.
    rm -f git-man_* liberror-perl_* libgdbm*_* libperl5*_* perl_* perl-modules-*; \
    # Line editing, MIME types and time zones for Python.
    rm -f libncursesw6_* libreadline8t64_* readline-common_* media-types_* netbase_* tzdata_*; \
    mkdir -p /out/var/lib/dpkg/status.d; \
    for deb in *.deb; do \
        dpkg-deb --extract "$deb" /out; \
        # Image scanners read the names and versions of the packages from this folder.
        dpkg-deb --field "$deb" > "/out/var/lib/dpkg/status.d/${deb%%_*}"; \
    done
WORKDIR /out/usr
RUN find share -mindepth 1 -maxdepth 1 ! -name doc -exec rm -r {} +; \
    find share/doc -type f ! -name copyright -delete; \
    # Of git's programs, only git itself and those for HTTP are needed.
    find bin/git-* bin/scalar lib/git-core/* ! -name 'git-remote-http*' ! -name git-upload-pack \
        -prune -exec rm -r {} +; \
    # What the libraries of git load only where someone has set up Kerberos or LDAP, compression by
    # Brotli, and the other half of Expat.
    rm -r lib/*/krb5 lib/*/sasl2 lib/*/libbrotlienc.so* lib/*/libexpatw.so*; \
    # What comes with Python for other programs.
    rm -r ../etc/bash_completion.d bin/pdb3* bin/py3c* bin/pydoc3* bin/pygettext3* lib/binfmt.d \
        lib/valgrind
WORKDIR /out/usr/lib/python3.13
# A test in tests/e2e/test_docker.py imports all modules of annotate and of its libraries.
RUN rm -r \
        # Python's tests, its tools for developers, and its help texts.
        _pyrepl bdb.py cProfile.py doctest.py lib-dynload/_lsprof* lib-dynload/_test* \
        lib-dynload/_xxtest* lib-dynload/xx* modulefinder.py pdb.py pickletools.py profile.py \
        pstats.py pydoc.py pydoc_data test trace.py turtle* unittest venv \
        # Several processes or loops of events; annotate has threads.
        asyncio lib-dynload/_asyncio* lib-dynload/_interp* lib-dynload/_multiprocessing* \
        multiprocessing \
        # Protocols and formats.
        ftplib.py imaplib.py lib-dynload/_dbm* dbm mailbox.py plistlib.py poplib.py smtplib.py \
        tarfile.py tomllib wave.py wsgiref xml xmlrpc \
        # Terminals, the C interface, time zones, numbers, and what is there twice, in Python and C.
        _pydatetime.py _pydecimal.py _pyio.py ctypes curses decimal.py fractions.py \
        lib-dynload/_ctypes* lib-dynload/_curses* lib-dynload/_decimal* lib-dynload/_zoneinfo* \
        lib-dynload/readline* optparse.py statistics.py zoneinfo \
        # Encodings of Chinese, Japanese and Korean: git and the APIs give UTF-8.
        lib-dynload/_codecs_* lib-dynload/_multibytecodec*; \
    find /out -xtype l -delete; \
    find /out -type d -empty -delete

# --- The locked requirements. They and Python are there as bytecode alone: nothing reads the sources,
# which would be an eighth of the image, and without bytecode a start takes two to three times as long.
FROM ${BASE} AS libraries
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-pip \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /build/
WORKDIR /out/opt/annotate
# Of PyYAML annotate uses only what is written in Python, and annotate/http/library.py imports
# requests as if charset_normalizer were not installed.
RUN python3 -m pip install --quiet --no-cache-dir --no-compile --require-hashes --no-deps \
        --target . --requirement /build/requirements.txt \
    && rm -rf bin _yaml yaml/_yaml*.so charset_normalizer* \
    # Of tqdm only the bar of a terminal is used, and what that imports.
    && find tqdm -mindepth 1 -maxdepth 1 ! -name __init__.py ! -name _monitor.py \
        ! -name _tqdm_pandas.py ! -name cli.py ! -name gui.py ! -name std.py ! -name utils.py \
        ! -name version.py -exec rm -r {} + \
    # markdown-it's own command, and from which version of the JavaScript it was taken.
    && rm -r markdown_it/cli markdown_it/port.yaml \
    && find . -type d \( -name test -o -name tests \) -prune -exec rm -r {} + \
    && find . \( -name '*.c' -o -name '*.pyi' -o -name py.typed \) -delete \
    # Image scanners read METADATA.
    && find ./*.dist-info -maxdepth 1 -type f ! -name METADATA ! -name LICENSE ! -name AUTHORS \
        -delete
COPY --from=system /out /out
RUN python3 -m compileall -q -j 0 -b -s /out --invalidation-mode unchecked-hash \
        /out/usr/lib/python3.13 /out/opt/annotate \
    && find /out/usr/lib/python3.13 /out/opt/annotate -name '*.py' -delete

# --- annotate, with its sources, which a report of a bug shows.
FROM libraries AS application
COPY container.py entrypoint.py /code/opt/annotate/
COPY annotate /code/opt/annotate/annotate
# The sources in an image never change, so Python need not check them at each start (unchecked-hash).
# The image must run as any user, whatever the file modes of the checkout are.
RUN mkdir -p /code/usr/local/bin \
    && ln -s /opt/annotate/container.py /code/usr/local/bin/annotate \
    && chmod -R a+rX /code/opt/annotate \
    && chmod 755 /code/opt/annotate/container.py \
    && python3 -m compileall -q -j 0 -s /code --invalidation-mode unchecked-hash /code/opt/annotate

# --- The image.
FROM ${BASE}
LABEL org.opencontainers.image.title="annotate" \
      org.opencontainers.image.description="Marks the releases of a git repository on Amplitude charts" \
      org.opencontainers.image.licenses="MIT"
ENV LANG=C.UTF-8
# A new version of annotate changes only the last and smallest layer.
COPY --from=libraries /out/ /
COPY --from=application /code/ /
# A smoke test: git runs, and the sandbox accepts a release.
RUN git --version && annotate --sandbox --version 1.0.0
# With ANNOTATE_SERVE=sandbox, the image is a service, and GitLab waits until it listens at this port.
EXPOSE 8080
ENTRYPOINT ["/opt/annotate/container.py"]
