"""The course's tools: what runs, checks, exports and measures the notebooks.

    command_line    the command `course` and its verbs
    environment     what Jupyter is told before a verb begins
    run/            `course run`: execute notebooks on the real kernel
    check/          `course check`: hold them to rules, one file of rules for each subject
    export/         `course export`: make a site of them
    handout/        `course handout`: one archive of the course, or assignments for nbgrader
    results/        `course results`: a table of what a class has solved
    bench/          `course bench`: measure how long their cells keep a learner waiting
    notebook/       what all of these share: a notebook's file, its cells, their verdicts
    set_up/         what kernel-setup.sh needs while there is no course yet
    jupyterlab/     JupyterLab's settings, which kernel-setup.sh puts in their places
    tests/          tests of all this; browser_tests/ those that need a browser

Imports go one way: notebook <- run <- check, export, bench; export <- handout; notebook <- results. Executing, converting and serving
notebooks is left to Jupyter's own libraries.
"""
