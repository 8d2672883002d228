package dev.atoll.cli;

/** What the program can do, on one screen. */
final class Overview {
    private Overview() {}

    static String text() {
        return """
        Atoll makes many machines behave as one computer for running work.

          atoll up                                  start a cluster on this machine
          atoll run -- echo hello                   run one task, as if it ran here
          atoll map --range 1..100 -- echo {}       run one task for each item
          atoll down                                stop the cluster

        Run work
          run       run one task, attached: input, outputs, signals and exit code pass through
          sh        run the commands of a pipe on many machines: atoll sh 'A | B | C'
          map       run one task for each item of a range, a list, a file, or for blocks of a file
          mapreduce group, combine, sort and reduce the records of large inputs
          submit    submit a job of one or more stages from a YAML file
          demo      count the words of real text on a cluster that comes and goes

        Look after work
          jobs      list jobs                       ps        list running tasks
          top       watch the cluster live          logs      show what tasks wrote
          result    print the result of a job       wait      wait until jobs have ended
          kill      stop a job or a task            why       ask why a job or a task is where it is
          retry     try failed tasks again

        Keep files
          put       put files into the cluster      get       copy one from the cluster
          ls        list files                      cat       print files
          rm        remove files                    df        show how the workers' disks are used

        Look after machines
          nodes     list the machines               drain     give a machine no new tasks
          up        start a cluster here            down      stop it
          naming, master, worker, serve             the services themselves

        The cluster is found by --cluster ADDRESS, or by ATOLL_CLUSTER (and ATOLL_TOKEN_FILE), or is the
        one that 'atoll up' started here; within a task it is that of the task.
        Each command has examples: atoll COMMAND --help
        """;
    }
}
